#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "ports/byte_source.h"

namespace polyhouse {

/// A text as a source of bytes, of which each Read gives at most `piece`.
class TextSource final : public ByteSource {
 public:
  TextSource(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

  Result<std::size_t> Read(std::span<char> into) override {
    const std::size_t size = std::min({piece_, into.size(), text_.size() - at_});
    std::copy_n(text_.data() + at_, size, into.data());
    at_ += size;
    return size;
  }
  std::uint64_t position() const override { return at_; }
  std::uint64_t size() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

}  // namespace polyhouse
