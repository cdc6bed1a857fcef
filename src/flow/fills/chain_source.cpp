#include "flow/fills/chain_source.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// An answer of more fills than this is large enough: about 10 MB.
constexpr std::size_t kManyFills = 5'000;

}  // namespace

template <class Ask>
auto ChainSource::AskAll(Ask ask, bool halves_help)
    -> decltype(ask(std::declval<ChainEndpoint&>())) {
  for (std::size_t tries = 1;; ++tries) {
    auto answer = ask(*endpoints_[current_].endpoint);
    if (answer || answer.error().kind == ErrorKind::kStopping) return answer;
    if (answer.error().too_much && halves_help) return answer;
    current_ = (current_ + 1) % endpoints_.size();
    if (tries == endpoints_.size()) return answer;
  }
}

Result<std::uint64_t> ChainSource::Head(std::stop_token stop) {
  return AskAll([&](ChainEndpoint& endpoint) { return endpoint.Head(stop); }, false);
}

Result<std::optional<ChainBlock>> ChainSource::Header(std::uint64_t block, std::stop_token stop) {
  return AskAll([&](ChainEndpoint& endpoint) { return endpoint.Header(block, stop); }, false);
}

Result<FetchedRange> ChainSource::Fetch(const BlockRange& range, std::stop_token stop) {
  const auto fetch = [&](ChainEndpoint& endpoint) { return endpoint.Fetch(range, stop); };
  auto fetched = AskAll(fetch, range.size() > 1);
  if (!fetched || !fetched->fills.empty() || endpoints_.size() == 1) return fetched;
  // A node that has lost its index of logs answers so, too.
  current_ = (current_ + 1) % endpoints_.size();
  return AskAll(fetch, range.size() > 1);
}

void RangeSize::Refused(std::uint64_t asked) {
  size_ = std::max<std::uint64_t>(1, std::min(size_, asked) / 2);
}

void RangeSize::Passed(std::uint64_t asked, std::size_t fills) {
  if (asked < size_ || fills > kManyFills) return;
  size_ = std::min(most_, size_ + std::max<std::uint64_t>(1, size_ / 4));
}

}  // namespace polyhouse
