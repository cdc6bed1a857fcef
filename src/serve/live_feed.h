#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "serve/body_source.h"

namespace polyhouse {

/// A message as it goes over the line (Server-Sent Events, WHATWG HTML section 9.2).
using LiveMessage = std::shared_ptr<const std::string>;

/// "event: name\nid: …\ndata: …\n\n"; `data` is one line.
LiveMessage MakeLiveMessage(std::string_view event, std::string_view id, std::string_view data);

/// What goes out to everybody who listens, by topic. A listener keeps the newest message of each of
/// its topics until it is sent and nothing else, so that a slow one misses some and costs no
/// memory. Thread-safe.
class LiveFeed {
 public:
  /// The body of one listener's event stream. It begins with `hello`.
  class Listening;

  LiveFeed();
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  /// A new listener; it gets the last message of each of its topics at once.
  std::shared_ptr<BodySource> Listen(const std::set<std::string>& topics, LiveMessage hello);
  /// The newest of a topic, to all who listen to it.
  void Send(const std::string& topic, LiveMessage message);
  /// A comment to everybody to whom nothing was sent for so long: finds those who are gone.
  void Breathe(std::chrono::milliseconds silence);
  /// The last message to everybody, after which their streams end.
  void End(const LiveMessage& bye);

  /// The topics that somebody listens to.
  std::set<std::string> Topics() const;
  std::size_t listeners() const;

 private:
  struct Listeners;
  std::shared_ptr<Listeners> listeners_;  ///< Also of those whose stream outlives us.
};

}  // namespace polyhouse
