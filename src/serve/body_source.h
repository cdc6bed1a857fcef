#pragma once

#include <cstddef>
#include <functional>

namespace polyhouse {

/// A body that comes bit by bit. Thread-safe: one thread reads, others write.
class BodySource {
 public:
  virtual ~BodySource() = default;

  enum class State { kMore, kNothingYet, kEnd, kBroken };
  struct Piece {
    State state = State::kNothingYet;
    std::size_t size = 0;  ///< With kMore.
  };
  /// Puts what there is into `buffer`, up to `room` bytes. Where there is nothing yet, `pause` is
  /// called before that can change, and `resume` (of Bind) once when it has changed.
  virtual Piece Read(char* buffer, std::size_t room, const std::function<void()>& pause) = 0;
  virtual void Bind(std::function<void()> resume) = 0;
  /// The reader has left: writers are told, and `resume` is called if the reader was paused.
  virtual void Close() = 0;
};

}  // namespace polyhouse
