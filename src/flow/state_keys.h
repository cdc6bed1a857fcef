#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

// The ends of the state keys of a source: "state:polymarket_markets" and one of these.
// docs/stream_format.md says what each holds.

inline constexpr std::string_view kBackfilledState = "_backfilled";
inline constexpr std::string_view kBadState = "_bad";
inline constexpr std::string_view kBlocksState = "_blocks";
inline constexpr std::string_view kCanaryState = "_canary";
inline constexpr std::string_view kCursorState = "_cursor";
inline constexpr std::string_view kFieldLettersState = "_field_letters";
inline constexpr std::string_view kFromState = "_from";
inline constexpr std::string_view kGaveUpState = "_given_up";
inline constexpr std::string_view kGenerationState = "_generation";
inline constexpr std::string_view kGoneState = "_gone";
inline constexpr std::string_view kIgnoredState = "_ignored_";  ///< And the half.
inline constexpr std::string_view kLaneState = "_lane_";        ///< And the lane.
inline constexpr std::string_view kLostState = "_lost";
inline constexpr std::string_view kNewestIdState = "_newest_id";
inline constexpr std::string_view kOffsetBeforeState = "_offset_before";
inline constexpr std::string_view kOffsetState = "_offset";
inline constexpr std::string_view kProofState = "_proof";
inline constexpr std::string_view kPutLedgerState = "_put_ledger";
inline constexpr std::string_view kPutState = "_put";
inline constexpr std::string_view kRangesState = "_ranges";
inline constexpr std::string_view kRecentState = "_recent";
inline constexpr std::string_view kReplayedLedgerState = "_replayed_ledger";
inline constexpr std::string_view kReplayedState = "_replayed";
inline constexpr std::string_view kRowsState = "_rows";
inline constexpr std::string_view kTipState = "_tip";
inline constexpr std::string_view kVersionState = "_version";
/// Of markets: tokens that were traded and whose market nobody knows (flow/wanted_tokens.h).
inline constexpr std::string_view kWantedTokensState = "_wanted_tokens";

/// What kCursorState holds while the ranges say where the backfill is, and when it is done.
inline constexpr std::string_view kRangesPosition = "ranges";
inline constexpr std::string_view kDonePosition = "done";

/// When the last round of a lane ended.
inline std::string LaneState(std::string_view lane) {
  return std::string(kLaneState) + std::string(lane);
}

}  // namespace polyhouse
