#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "serve/body_source.h"

namespace polyhouse {

/// A body written by another thread, with bounded memory: the writer waits for the reader.
class BytePipe final : public BodySource {
 public:
  /// Waits while the pipe is full. False: the reader has left.
  bool Write(std::string_view bytes);
  /// Everything is written.
  void End();
  /// Ends it so that the reader knows that something is missing.
  void Break();

  Piece Read(char* buffer, std::size_t room, const std::function<void()>& pause) override;
  void Bind(std::function<void()> resume) override;
  void Close() override;

 private:
  void WakeReader();  ///< With the lock held.

  static constexpr std::size_t kRoom = std::size_t{1} << 20;

  std::mutex mutex_;
  std::condition_variable drained_;
  std::string bytes_;
  std::size_t read_ = 0;
  State at_end_ = State::kNothingYet;
  bool closed_ = false;
  bool paused_ = false;
  std::function<void()> resume_;
};

}  // namespace polyhouse
