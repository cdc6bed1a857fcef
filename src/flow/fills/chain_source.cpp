#include "flow/fills/chain_source.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace polyhouse {
namespace {

/// An answer of more fills than this is large enough: about 10 MB.
constexpr std::size_t kManyFills = 5'000;
/// Of an endpoint after its first failure; doubled with each of the next.
constexpr std::chrono::milliseconds kFirstRest{1'000};
constexpr std::uint32_t kRestDoublings = 6;
/// Of the newest answer in an endpoint's pace.
constexpr double kWeight = 0.2;
/// Ranges between those that another endpoint is asked for, so that its pace is known.
constexpr std::uint64_t kTryAnother = 100;
/// So often in a row no other node may answer; then the word of one has to do.
constexpr std::uint32_t kMostUnheard = 20;

}  // namespace

std::vector<std::size_t> ChainSource::Order(std::size_t but) const {
  std::vector<std::size_t> order(endpoints_.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase(order, but);
  const SteadyTime now = SteadyNow();
  // One that rests may still be the only one that helps. One whose pace is not known goes first.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool a_rests = health_[a].rests_until > now;
    const bool b_rests = health_[b].rests_until > now;
    return std::tuple(a_rests, health_[a].request_ms) < std::tuple(b_rests, health_[b].request_ms);
  });
  return order;
}

void ChainSource::Note(std::size_t endpoint, bool could_answer) {
  Health& health = health_[endpoint];
  if (could_answer) {
    health.failures = 0;
    health.rests_until = {};
    return;
  }
  const auto rest = kFirstRest * (1U << std::min(health.failures++, kRestDoublings));
  health.rests_until = SteadyNow() + rest;
}

void ChainSource::NotePace(std::size_t endpoint, const FetchedRange& fetched) {
  const auto requests = static_cast<double>(std::max<std::uint64_t>(1, fetched.requests));
  const double now = std::max(0.1, static_cast<double>(fetched.took.count()) / requests);
  double& known = health_[endpoint].request_ms;
  known = known == 0 ? now : known + kWeight * (now - known);
}

template <class Ask>
auto ChainSource::AskAll(Ask ask, bool halves_help, std::size_t& answered)
    -> decltype(ask(std::declval<ChainEndpoint&>())) {
  decltype(ask(std::declval<ChainEndpoint&>())) answer = TransientError("there is no node");
  for (const std::size_t each : Order(answered)) {
    answered = each;
    answer = ask(*endpoints_[each].endpoint);
    if (!answer && answer.error().kind == ErrorKind::kStopping) return answer;
    const bool is_too_much = !answer && answer.error().too_much && halves_help;
    Note(each, answer || is_too_much);
    if (answer || is_too_much) return answer;
  }
  return answer;
}

template <class Ask>
auto ChainSource::AskAny(Ask ask) -> decltype(ask(std::declval<ChainEndpoint&>())) {
  std::size_t answered = endpoints_.size();
  return AskAll(std::move(ask), false, answered);
}

Result<std::uint64_t> ChainSource::Head(std::stop_token stop) {
  return AskAny([&](ChainEndpoint& endpoint) { return endpoint.Head(stop); });
}

Result<std::optional<ChainBlock>> ChainSource::Header(std::uint64_t block, std::stop_token stop) {
  return AskAny([&](ChainEndpoint& endpoint) { return endpoint.Header(block, stop); });
}

Result<std::map<std::string, std::uint64_t>> ChainSource::UnknownTopics(const BlockRange& range,
                                                                        std::stop_token stop) {
  return AskAny([&](ChainEndpoint& endpoint) { return endpoint.UnknownTopics(range, stop); });
}

Result<AddressStates> ChainSource::Addresses(std::span<const std::string> addresses,
                                             std::uint64_t at_least,
                                             std::stop_token stop) {
  return AskAny(
      [&](ChainEndpoint& endpoint) { return endpoint.Addresses(addresses, at_least, stop); });
}

/// Takes the answer of another node where that says of more actions whose they were. Its error,
/// after which the range is asked for again: what one node has left out, the other may know.
template <class Ask>
Status ChainSource::AskAnotherForOwners(Ask ask, std::size_t answered, FetchedRange& fetched) {
  auto second = AskAll(std::move(ask), false, answered);
  if (!second && ++unheard_ < kMostUnheard) return std::move(second).error();
  unheard_ = 0;
  if (!second) return Ok();
  NotePace(answered, *second);
  const bool is_better =
      second->unassigned < fetched.unassigned && second->rows() == fetched.rows();
  if (is_better) fetched = std::move(*second);
  return Ok();
}

Result<FetchedRange> ChainSource::Fetch(const BlockRange& range, std::stop_token stop) {
  const auto fetch = [&](ChainEndpoint& endpoint) { return endpoint.Fetch(range, stop); };
  // The one that has waited longest, in turn.
  if (++fetches_ % kTryAnother == 0) {
    health_[(fetches_ / kTryAnother) % health_.size()].request_ms = 0;
  }
  std::size_t answered = endpoints_.size();
  auto fetched = AskAll(fetch, range.size() > 1, answered);
  if (fetched) NotePace(answered, *fetched);
  if (!fetched || endpoints_.size() == 1) return fetched;
  if (fetched->rows() > 0) {
    if (fetched->unassigned == 0) return fetched;
    if (auto status = AskAnotherForOwners(fetch, answered, *fetched); !status) {
      return std::move(status).error();
    }
    return fetched;
  }
  // A node that has lost its index of logs answers so, too, and would again.
  auto second = AskAll(fetch, range.size() > 1, answered);
  if (second) NotePace(answered, *second);
  // A single block that the others refuse for good, as one of pruned history.
  const bool is_refused = !second && second.error().too_much && range.size() == 1;
  return is_refused ? fetched : second;
}

void RangeSize::Refused(std::uint64_t asked) {
  size_ = std::max<std::uint64_t>(1, std::min(size_, asked) / 2);
}

void RangeSize::Passed(std::uint64_t asked, std::size_t fills) {
  if (asked < size_ || fills > kManyFills) return;
  size_ = std::min(most_, size_ + std::max<std::uint64_t>(1, size_ / 4));
}

}  // namespace polyhouse
