#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "domain/event.h"
#include "domain/ledger.h"
#include "domain/market.h"

namespace polyhouse {

/// Rows and texts made from a seed, with everything in them that formats trip over: quotes,
/// backslashes, control characters, semicolons, characters of two to four bytes, empty lists.
class RandomRows {
 public:
  explicit RandomRows(std::uint32_t seed) : random_(seed) {}

  /// Between zero and `max`.
  std::uint64_t Number(std::uint64_t max) {
    return std::uniform_int_distribution<std::uint64_t>(0, max)(random_);
  }
  std::string Text(std::size_t max_characters = 40);
  std::string Digits(std::size_t length);
  DecimalText Decimal();
  std::optional<Timestamp> Time();
  Market AMarket();
  Event AnEvent();
  LedgerRow ALedgerRow();

 private:
  std::mt19937 random_;
};

}  // namespace polyhouse
