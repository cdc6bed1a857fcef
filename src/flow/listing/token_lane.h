#pragma once

#include <string>
#include <vector>

#include "codec/entry_codec.h"
#include "flow/listing/page_lane.h"

namespace polyhouse {

/// Asks for the markets of tokens that were traded and that no listing has brought yet
/// (flow/wanted_tokens.h), by `clob_token_ids`: what is listed late, or hidden. What the API does
/// not know is asked for the more rarely the longer that lasts, once a day in the end.
class TokenLane final : public Lane {
 public:
  explicit TokenLane(LaneTools tools) : tools_(tools) {}

  std::string_view name() const override { return "tokens"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return false; }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override { return Ok(); }

 private:
  using Tokens = std::vector<std::string>;

  /// Those that are due, as many as one request may name.
  static Tokens DueIn(const StateFields& wanted, std::uint64_t now);
  /// Stores what one half has of them, and removes these.
  Status LookInHalf(OpenState half, Tokens& tokens, std::stop_token stop);

  LaneTools tools_;
  EntryDecoder<Market> decoder_;
};

}  // namespace polyhouse
