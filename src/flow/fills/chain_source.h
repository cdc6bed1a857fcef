#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "flow/fills/chain_endpoint.h"

namespace polyhouse {

/// An endpoint with the connection it asks over.
struct OwnEndpoint {
  std::shared_ptr<HttpClient> http;
  std::unique_ptr<ChainEndpoint> endpoint;
};

/// The chain through several endpoints, of which one is asked until it fails; then the next. A
/// range comes from one endpoint alone; that there is nothing in it must be said by two, where
/// there are two. Used from one thread; errors as ChainEndpoint's, when none
/// of them could help.
class ChainSource {
 public:
  /// At least one.
  explicit ChainSource(std::vector<OwnEndpoint> endpoints) : endpoints_(std::move(endpoints)) {}

  Result<std::uint64_t> Head(std::stop_token stop);
  Result<std::optional<ChainBlock>> Header(std::uint64_t block, std::stop_token stop);
  /// kTransient with Error::too_much: take a smaller range. Only of one block it means that no
  /// endpoint can give it.
  Result<FetchedRange> Fetch(const BlockRange& range, std::stop_token stop);

 private:
  template <class Ask>
  auto AskAll(Ask ask, bool halves_help) -> decltype(ask(std::declval<ChainEndpoint&>()));

  std::vector<OwnEndpoint> endpoints_;
  std::size_t current_ = 0;
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
