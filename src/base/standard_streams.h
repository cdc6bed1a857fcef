#pragma once

#include <memory>

namespace polyhouse {

/// Makes standard input, output and error safe to use; the first thing that a program makes, and
/// the last that goes. Whichever of them is closed is opened, so that no file or connection gets
/// its number, and with it what is printed. Where standard error is a pipe or socket, a thread
/// carries what is written there on to it, so that a reader who does not read stops nobody: what
/// does not fit into a megabyte is dropped, by whole lines, counted, and said when there is room
/// again.
class StandardStreams {
 public:
  StandardStreams();
  /// Waits for a reader who reads, and not for one who does not.
  ~StandardStreams();
  StandardStreams(const StandardStreams&) = delete;
  /// Puts standard error back as it was, for a program that is about to take the place of this one:
  /// the thread that carries would end with it.
  static void GiveBack();
  StandardStreams& operator=(const StandardStreams&) = delete;

 private:
  class Carrier;
  std::unique_ptr<Carrier> carrier_;  ///< Null where standard error cannot get stuck.
};

}  // namespace polyhouse
