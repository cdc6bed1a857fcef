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

}  // namespace polyhouse
