#include "base/line_queue.h"

namespace polyhouse {

void LineQueue::Add(std::string_view bytes) {
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    unfinished_.append(bytes.substr(0, end + 1));
    AddLine(unfinished_);
    unfinished_.clear();
    bytes.remove_prefix(end + 1);
  }
  unfinished_.append(bytes);
  // Whoever asks a question does not end its line.
  if (waiting().empty() || unfinished_.size() > most_) {
    AddLine(unfinished_);
    unfinished_.clear();
  }
}

void LineQueue::AddLine(std::string_view line) {
  std::string gap;
  if (dropped_ > 0) {
    gap = "polyhouse: " + std::to_string(dropped_) +
          " lines were dropped here, because nobody read them.\n";
  }
  if (waiting().size() + gap.size() + line.size() > most_) {
    ++dropped_;
    return;
  }
  waiting_.erase(0, taken_);
  taken_ = 0;
  waiting_.append(gap).append(line);
  dropped_ = 0;
}

void LineQueue::Take(std::size_t bytes) {
  taken_ += bytes;
  if (taken_ < waiting_.size()) return;
  waiting_.clear();
  taken_ = 0;
}

}  // namespace polyhouse
