#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace polyhouse {

/// Bytes on their way to a reader who may be slow: at most `most` of them wait, and what comes
/// beyond that is dropped, line by line. Used from one thread.
class LineQueue {
 public:
  explicit LineQueue(std::size_t most) : most_(most) {}

  void Add(std::string_view bytes);
  /// What comes next. At the latest with the first line behind a gap it says how many are missing.
  std::string_view waiting() const { return std::string_view(waiting_).substr(taken_); }
  void Take(std::size_t bytes);
  std::uint64_t dropped() const { return dropped_; }

 private:
  void AddLine(std::string_view line);

  std::size_t most_;
  std::string waiting_;
  std::size_t taken_ = 0;      ///< Of its beginning.
  std::string unfinished_;     ///< A line whose end has not come.
  std::uint64_t dropped_ = 0;  ///< Lines since the last one that was let in.
};

}  // namespace polyhouse
