#include "domain/exchange.h"

#include <array>

namespace polyhouse {

std::string_view ToString(ExchangeGeneration generation) {
  switch (generation) {
    case ExchangeGeneration::kV1:
      return "v1";
    case ExchangeGeneration::kV2:
      return "v2";
    case ExchangeGeneration::kV3:
      return "v3";
  }
  return "";
}

std::span<const ExchangeContract> KnownExchanges() {
  using enum ExchangeGeneration;
  static const std::array kExchanges = {
      // CTF Exchange and NegRisk CTF Exchange.
      ExchangeContract{"0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e", kV1, 33'605'403},
      ExchangeContract{"0xc5d563a36ae78145c45a50134d48a1215220f80a", kV1, 50'505'492},
      // Their successors of 2026-04, and a second neg-risk one that some of Polymarket's own
      // sources name.
      ExchangeContract{"0xe111180000d2663c0091e4f400237545b87b996b", kV2, 84'902'320},
      ExchangeContract{"0xe2222d279d744050d28e00520010520000310f59", kV2, 84'902'320},
      ExchangeContract{"0xe2222d002000ba0053cef3375333610f64600036", kV2, 84'902'320},
      // ExchangeV3 of Protocol V2; it has emitted fills since the middle of 2026.
      ExchangeContract{"0xe3333700ca9d93003f00f0f71f8515005f6c00aa", kV3, 84'902'320},
  };
  return kExchanges;
}

std::span<const std::string_view> KnownTopics() {
  static constexpr auto kTopics = std::to_array<std::string_view>(
      {kFilledV1Topic,
       kFilledV2Topic,
       kMatchedV1Topic,
       kMatchedV2Topic,
       // FeeCharged(address,uint256,uint256), FeeCharged(address,uint256) and
       // TokenRegistered(uint256,uint256,bytes32).
       "0xacffcc86834d0f1a64b0d5a675798deed6ff0bcfc2231edd3480e7288dba7ff4",
       "0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1",
       "0xbc9a2432e8aeb48327246cddd6e872ef452812b4243c04e6bfb786a2cd8faf0d"});
  return kTopics;
}

}  // namespace polyhouse
