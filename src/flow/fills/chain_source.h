#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "flow/fills/chain_endpoint.h"

namespace polyhouse {

/// An endpoint with the connection it asks over.
struct OwnEndpoint {
  std::shared_ptr<HttpClient> http;
  std::unique_ptr<ChainEndpoint> endpoint;
};

/// The chain through several endpoints. The one that answers ranges fastest is asked; one that has
/// failed rests for a while, the longer the more often it did, and now and then another one is
/// tried, so that its pace is known. A range comes from one endpoint alone; that there is nothing
/// in it must be said by two, where there are two: while only one answers, that is an error. Used
/// from one thread; errors as ChainEndpoint's, when none of them could help.
class ChainSource {
 public:
  /// At least one.
  explicit ChainSource(std::vector<OwnEndpoint> endpoints)
      : endpoints_(std::move(endpoints)), health_(endpoints_.size()) {}

  Result<std::uint64_t> Head(std::stop_token stop);
  Result<std::optional<ChainBlock>> Header(std::uint64_t block, std::stop_token stop);
  /// kTransient with Error::too_much: take a smaller range. Only of one block it means that no
  /// endpoint can give it.
  Result<FetchedRange> Fetch(const BlockRange& range, std::stop_token stop);
  /// ChainEndpoint::UnknownTopics.
  Result<std::map<std::string, std::uint64_t>> UnknownTopics(const BlockRange& range,
                                                             std::stop_token stop);
  /// ChainEndpoint::Addresses.
  Result<AddressStates> Addresses(std::span<const std::string> addresses,
                                  std::uint64_t at_least,
                                  std::stop_token stop);

 private:
  struct Health {
    double request_ms = 0;       ///< Of a range's requests, smoothed; zero: not known.
    std::uint32_t failures = 0;  ///< In a row.
    SteadyTime rests_until{};
  };

  /// All endpoints but one, the one to ask first at the front.
  std::vector<std::size_t> Order(std::size_t but) const;
  void Note(std::size_t endpoint, bool could_answer);
  void NotePace(std::size_t endpoint, const FetchedRange& fetched);
  /// Asks one after the other, but not `answered`, until one answers; it becomes that one.
  template <class Ask>
  auto AskAll(Ask ask, bool halves_help, std::size_t& answered)
      -> decltype(ask(std::declval<ChainEndpoint&>()));
  template <class Ask>
  Status AskAnotherForOwners(Ask ask, std::size_t answered, FetchedRange& fetched);
  template <class Ask>
  auto AskAny(Ask ask) -> decltype(ask(std::declval<ChainEndpoint&>()));

  std::vector<OwnEndpoint> endpoints_;
  std::vector<Health> health_;
  std::uint64_t fetches_ = 0;
  std::uint32_t unheard_ = 0;  ///< How often in a row no other node answered whose actions were.
};

/// How many blocks to ask for at once: fewer when that was too much, slowly more when it was not.
/// Not thread-safe.
class RangeSize {
 public:
  explicit RangeSize(std::uint64_t most, std::uint64_t first = 0)
      : most_(most), size_(first == 0 ? most : first) {}
  std::uint64_t size() const { return size_; }
  /// `asked` was too much.
  void Refused(std::uint64_t asked);
  /// `asked` brought so many fills.
  void Passed(std::uint64_t asked, std::size_t fills);

 private:
  std::uint64_t most_;
  std::uint64_t size_;
};

}  // namespace polyhouse
