#include "serve/live_feed.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

#include "base/clock.h"

namespace polyhouse {
namespace {

LiveMessage Comment() {
  static const LiveMessage kComment = std::make_shared<const std::string>(":\n\n");
  return kComment;
}

}  // namespace

LiveMessage MakeLiveMessage(std::string_view event, std::string_view id, std::string_view data) {
  std::string text = "event: ";
  text.append(event).append("\nid: ").append(id).append("\ndata: ").append(data).append("\n\n");
  return std::make_shared<const std::string>(std::move(text));
}

struct LiveFeed::Listeners {
  mutable std::mutex mutex;
  std::set<Listening*> all;
  std::map<std::string, LiveMessage> last;  ///< By topic.

  void Remove(Listening* listening);
};

class LiveFeed::Listening final : public BodySource {
 public:
  Listening(std::shared_ptr<Listeners> among, std::set<std::string> topics, LiveMessage hello)
      : among_(std::move(among)), topics_(std::move(topics)) {
    Put("", std::move(hello));
  }
  ~Listening() override { among_->Remove(this); }

  const std::set<std::string>& topics() const { return topics_; }

  /// In the place of what waits of the same topic.
  void Put(const std::string& topic, LiveMessage message) {
    const std::lock_guard lock(mutex_);
    const auto waiting = std::find_if(
        waiting_.begin(), waiting_.end(), [&](const auto& each) { return each.first == topic; });
    if (waiting == waiting_.end()) {
      waiting_.emplace_back(topic, std::move(message));
    } else {
      waiting->second = std::move(message);
    }
    Wake();
  }
  void Breathe(SteadyTime::duration silence) {
    const std::lock_guard lock(mutex_);
    if (SteadyNow() - sent_ < silence || !waiting_.empty()) return;
    waiting_.emplace_back("", Comment());
    Wake();
  }
  void End(const LiveMessage& bye) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back("", bye);
    ending_ = true;
    Wake();
  }

  Piece Read(char* buffer, std::size_t room, const std::function<void()>& pause) override {
    const std::lock_guard lock(mutex_);
    if (closed_) return {State::kBroken};
    if (!now_ && !waiting_.empty()) {
      now_ = std::move(waiting_.front().second);
      waiting_.pop_front();
      read_ = 0;
    }
    if (!now_) {
      if (ending_) return {State::kEnd};
      paused_ = true;
      pause();
      return {State::kNothingYet};
    }
    const std::size_t size = std::min(room, now_->size() - read_);
    std::copy_n(now_->data() + read_, size, buffer);
    read_ += size;
    sent_ = SteadyNow();
    if (read_ == now_->size()) now_.reset();
    return {State::kMore, size};
  }
  void Bind(std::function<void()> resume) override {
    const std::lock_guard lock(mutex_);
    resume_ = std::move(resume);
  }
  void Close() override {
    among_->Remove(this);
    const std::lock_guard lock(mutex_);
    closed_ = true;
    Wake();
  }

 private:
  void Wake() {
    if (std::exchange(paused_, false) && resume_) resume_();
  }

  const std::shared_ptr<Listeners> among_;
  const std::set<std::string> topics_;
  std::mutex mutex_;
  std::deque<std::pair<std::string, LiveMessage>> waiting_;
  LiveMessage now_;
  std::size_t read_ = 0;
  SteadyTime sent_ = SteadyNow();
  bool paused_ = false;
  bool closed_ = false;
  bool ending_ = false;
  std::function<void()> resume_;
};

void LiveFeed::Listeners::Remove(Listening* listening) {
  const std::lock_guard lock(mutex);
  if (all.erase(listening) == 0) return;
  // What nobody listens to is not kept: it would be old when somebody does.
  for (const std::string& topic : listening->topics()) {
    const bool is_heard = std::any_of(all.begin(), all.end(), [&](const Listening* each) {
      return each->topics().contains(topic);
    });
    if (!is_heard) last.erase(topic);
  }
}

LiveFeed::LiveFeed() : listeners_(std::make_shared<Listeners>()) {}
LiveFeed::~LiveFeed() = default;

std::shared_ptr<BodySource> LiveFeed::Listen(const std::set<std::string>& topics,
                                             LiveMessage hello) {
  auto listening = std::make_shared<Listening>(listeners_, topics, std::move(hello));
  const std::lock_guard lock(listeners_->mutex);
  for (const std::string& topic : topics) {
    const auto last = listeners_->last.find(topic);
    if (last != listeners_->last.end()) listening->Put(topic, last->second);
  }
  listeners_->all.insert(listening.get());
  return listening;
}

void LiveFeed::Send(const std::string& topic, LiveMessage message) {
  const std::lock_guard lock(listeners_->mutex);
  bool is_heard = false;
  for (Listening* listening : listeners_->all) {
    if (!listening->topics().contains(topic)) continue;
    listening->Put(topic, message);
    is_heard = true;
  }
  listeners_->last.erase(topic);
  if (is_heard) listeners_->last.emplace(topic, std::move(message));
}

void LiveFeed::Breathe(std::chrono::milliseconds silence) {
  const std::lock_guard lock(listeners_->mutex);
  for (Listening* listening : listeners_->all) listening->Breathe(silence);
}

void LiveFeed::End(const LiveMessage& bye) {
  const std::lock_guard lock(listeners_->mutex);
  for (Listening* listening : listeners_->all) listening->End(bye);
}

std::set<std::string> LiveFeed::Topics() const {
  const std::lock_guard lock(listeners_->mutex);
  std::set<std::string> topics;
  for (const Listening* listening : listeners_->all) {
    topics.insert(listening->topics().begin(), listening->topics().end());
  }
  return topics;
}

std::size_t LiveFeed::listeners() const {
  const std::lock_guard lock(listeners_->mutex);
  return listeners_->all.size();
}

}  // namespace polyhouse
