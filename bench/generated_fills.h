#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "domain/order_fill.h"

namespace polyhouse {

/// Matches as V2 exchanges emit them, of one maker and one taker each, or of two: a block every two
/// seconds with 40 fills, some ten thousand wallets and tokens, of which few trade most.
class GeneratedFills {
 public:
  explicit GeneratedFills(std::uint64_t tokens = 20'000, std::uint64_t wallets = 50'000);
  /// The next fills, whole blocks, at least as many.
  std::vector<OrderFill> Next(std::size_t least);

  /// The digits of a token, which stands for the outcome `number % 2` of the market `number / 2`.
  static std::string TokenDigits(std::uint64_t number);
  std::uint64_t tokens() const { return tokens_; }
  std::uint64_t last_block() const { return block_; }

 private:
  void AddMatch(std::vector<OrderFill>& fills);
  std::string RandomHex(int digits);
  /// Low numbers are far more likely.
  std::uint64_t Skewed(std::uint64_t most);

  std::uint64_t tokens_;
  std::uint64_t wallets_;
  std::mt19937_64 random_{7};
  std::uint64_t block_ = 80'000'000;
  std::uint32_t log_ = 0;
};

}  // namespace polyhouse
