#include "chain/exchange_contract.h"

#include <algorithm>
#include <array>

namespace polyhouse {
namespace {

EvmWord Parsed(std::string_view hex) {
  EvmWord word;
  ParseHexWord(hex, word);
  return word;
}

constexpr std::size_t kExchanges = 5;

const std::array<EvmWord, kExchanges + 3>& Addresses() {
  static const std::array addresses{Parsed("0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e"),
                                    Parsed("0xc5d563a36ae78145c45a50134d48a1215220f80a"),
                                    Parsed("0xe111180000d2663c0091e4f400237545b87b996b"),
                                    Parsed("0xe2222d279d744050d28e00520010520000310f59"),
                                    Parsed("0xe3333700ca9d93003f00f0f71f8515005f6c00aa"),
                                    Parsed("0x5afa51599b8b91cb025a7863d0cd77b7000293c6"),
                                    Parsed("0x4d97dcd97ec945f40cf65f87097ace5ea0476045"),
                                    Parsed("0xd91e80cf2e7be2e162c6513ced06f1dd0da35296")};
  return addresses;
}

}  // namespace

Generation GenerationOf(ExchangeContract contract) {
  switch (contract) {
    case ExchangeContract::kV1:
    case ExchangeContract::kV1NegRisk:
    case ExchangeContract::kForeign:
    case ExchangeContract::kConditionalTokens:
    case ExchangeContract::kNegRiskAdapter:
      return Generation::kV1;
    case ExchangeContract::kV2:
    case ExchangeContract::kV2NegRisk:
      return Generation::kV2;
    case ExchangeContract::kV3:
      break;
  }
  return Generation::kV3;
}

std::string_view ToString(Generation generation) {
  switch (generation) {
    case Generation::kV1:
      return "v1";
    case Generation::kV2:
      return "v2";
    case Generation::kV3:
      break;
  }
  return "v3";
}

const EvmWord& AddressOf(ExchangeContract contract) {
  return Addresses()[static_cast<std::size_t>(contract)];
}

bool IsExchange(const EvmWord& address) {
  const auto exchanges_end = Addresses().begin() + kExchanges;
  return std::find(Addresses().begin(), exchanges_end, address) != exchanges_end;
}

const EvmWord& WordOf(LogTopic topic) {
  static const std::array topics{
      Parsed("0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6"),
      Parsed("0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"),
      Parsed("0x63bf4d16b7fa898ef4c4b2b6d90fd201e9c56313b65638af6088d149d2ce956c"),
      Parsed("0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c"),
      Parsed("0xacffcc86834d0f1a64b0d5a675798deed6ff0bcfc2231edd3480e7288dba7ff4"),
      Parsed("0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1"),
      Parsed("0xbc9a2432e8aeb48327246cddd6e872ef452812b4243c04e6bfb786a2cd8faf0d"),
      Parsed("0xab3760c3bd2bb38b5bcf54dc79802ed67338b4cf29f3054ded67ed24661e4177"),
      Parsed("0xb44d84d3289691f71497564b85d4233648d9dbae8cbdbb4329f301c3a0185894"),
      Parsed("0x2e6bb91f8cbcda0c93623c54d0403a43514fabc40084ec96b6d5379a74786298"),
      Parsed("0x6f13ca62553fcc2bcd2372180a43949c1e4cebba603901ede2f4e14f36b282ca"),
      Parsed("0x2682012a4a4f1973119f1c9b90745d1bd91fa2bab387344f044cb3586864d18d"),
      Parsed("0xbbed930dbfb7907ae2d60ddf78345610214f26419a0128df39b6cc3d9e5df9b0"),
      Parsed("0xba33ac50d8894676597e6e35dc09cff59854708b642cd069d21eb9c7ca072a04"),
      Parsed("0xb03d19dddbc72a87e735ff0ea3b57bef133ebe44e1894284916a84044deb367e"),
      Parsed("0x9140a6a270ef945260c03894b3c6b3b2695e9d5101feef0ff24fec960cfd3224"),
      Parsed("0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb")};
  return topics[static_cast<std::size_t>(topic)];
}

}  // namespace polyhouse
