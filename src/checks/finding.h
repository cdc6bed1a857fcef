#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace polyhouse {

// The kinds of findings that others than their check go by.
inline constexpr std::string_view kDifferentFillsFound = "different fills";
inline constexpr std::string_view kDifferentPayoutFound = "different payout";
inline constexpr std::string_view kDifferentTradeFound = "different trade";
inline constexpr std::string_view kCorrectedFound = "corrected record";
inline constexpr std::string_view kDeadLettersFound = "dead letters";
inline constexpr std::string_view kEmptiedFound = "emptied table";
inline constexpr std::string_view kHoleFound = "hole in the ledger";
inline constexpr std::string_view kLostRowFound = "lost row";
inline constexpr std::string_view kLostTradeFound = "lost trade";
inline constexpr std::string_view kLostStreamFound = "lost stream";
inline constexpr std::string_view kMissingMarketFound = "missing market";
inline constexpr std::string_view kMissingRecordFound = "missing record";
inline constexpr std::string_view kMissingTradeFound = "missing trade";
inline constexpr std::string_view kNotDrainedFound = "streams not drained";

/// One thing that a check has found.
struct Finding {
  std::string kind;  ///< The kind in two or three words, such as "missing market"; counted by it.
  std::string id;    ///< Of what it is about: a market's id, a condition id, a walk.
  std::string what;  ///< One sentence.
  std::string says;  ///< Who says so: "gamma", "clob", "ledger", "tables", "streams".
};

}  // namespace polyhouse
