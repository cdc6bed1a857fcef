#include "generated_fills.h"

#include <array>
#include <cmath>

namespace polyhouse {
namespace {

constexpr std::uint32_t kBlockFills = 40;
constexpr const char* kExchange = "0xe111180000d2663c0091e4f400237545b87b996b";
constexpr std::int64_t kFirstSecond = 1'780'000'000;
constexpr std::uint64_t kFirstBlock = 80'000'000;

std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111eb;
  return x ^ (x >> 31U);
}

std::string Hex(std::uint64_t seed, int digits) {
  std::string text = "0x";
  for (int i = 0; i < digits; ++i) {
    if (i % 16 == 0) seed = Mix(seed);
    text += "0123456789abcdef"[(seed >> (4U * static_cast<unsigned>(i % 16))) & 15U];
  }
  return text;
}

}  // namespace

GeneratedFills::GeneratedFills(std::uint64_t tokens, std::uint64_t wallets)
    : tokens_(tokens), wallets_(wallets) {}

std::string GeneratedFills::TokenDigits(std::uint64_t number) {
  std::string digits = "1";
  for (int i = 0; i < 4; ++i) {
    std::string part = std::to_string(Mix(number * 4 + static_cast<std::uint64_t>(i)));
    digits += part.substr(0, 19);
  }
  return digits.substr(0, 77);
}

std::string GeneratedFills::RandomHex(int digits) {
  return Hex(random_(), digits);
}

std::uint64_t GeneratedFills::Skewed(std::uint64_t most) {
  const double unit = std::uniform_real_distribution<double>(0, 1)(random_);
  return static_cast<std::uint64_t>(std::pow(unit, 3) * static_cast<double>(most));
}

void GeneratedFills::AddMatch(std::vector<OrderFill>& fills) {
  const std::uint64_t token = Skewed(tokens_);
  const std::string transaction = RandomHex(64);
  const std::string taker = Hex(Skewed(wallets_), 40);
  const std::uint64_t cents = 1 + random_() % 99;
  const std::uint64_t makers = 1 + random_() % 2;
  const bool taker_buys = random_() % 2 == 0;
  OrderFill row{.block_number = block_,
                .block_time = Timestamp(std::chrono::seconds(
                    kFirstSecond + 2 * static_cast<std::int64_t>(block_ - kFirstBlock))),
                .transaction_hash = transaction,
                .exchange = kExchange,
                .generation = "v2"};
  const auto add =
      [&](const std::string& maker, const std::string& other, bool buys, std::uint64_t shares) {
        row.log_index = log_ += 1 + static_cast<std::uint32_t>(random_() % 5);
        row.order_hash = RandomHex(64);
        row.maker = maker;
        row.taker = other;
        const TokenId id(TokenDigits(token));
        row.maker_asset_id = buys ? TokenId(std::string(kCollateral)) : id;
        row.taker_asset_id = buys ? id : TokenId(std::string(kCollateral));
        const Uint256 collateral{{shares * cents / 100, 0, 0, 0}};
        const Uint256 tokens{{shares, 0, 0, 0}};
        row.maker_amount = buys ? collateral : tokens;
        row.taker_amount = buys ? tokens : collateral;
        row.fee = Uint256{{random_() % 3 == 0 ? shares / 500 : 0, 0, 0, 0}};
        fills.push_back(row);
      };
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < makers; ++i) {
    const std::uint64_t shares = 100 * (1 + random_() % 5'000'000);
    sum += shares;
    add(Hex(Skewed(wallets_), 40), taker, !taker_buys, shares);
  }
  add(taker, kExchange, taker_buys, sum);
}

std::vector<OrderFill> GeneratedFills::Next(std::size_t least) {
  std::vector<OrderFill> fills;
  while (fills.size() < least) {
    const std::size_t before = fills.size();
    while (fills.size() - before < kBlockFills) AddMatch(fills);
    ++block_;
    log_ = 0;
  }
  return fills;
}

}  // namespace polyhouse
