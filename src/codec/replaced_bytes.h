#pragma once

#include <string_view>

namespace polyhouse {

/// Where a text that is read stands for other bytes, which nobody can read. Default: nowhere.
class ReplacedBytes {
 public:
  ReplacedBytes() = default;
  /// `read` stands for `sent`, byte for byte. Neither is copied.
  ReplacedBytes(std::string_view read, std::string_view sent) : read_(read), sent_(sent) {}

  /// What is wrong with the bytes that `part` stands for, "invalid UTF-8" or "an unescaped
  /// control character"; empty when they are the same, as they are where `part` is no piece of what
  /// is read.
  std::string_view FaultOf(std::string_view part) const;

  bool empty() const { return read_.empty(); }

 private:
  std::string_view read_;
  std::string_view sent_;
};

}  // namespace polyhouse
