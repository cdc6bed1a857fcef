#include "typical_payload.h"

#include "codec/entry_codec.h"

namespace polyhouse {

std::string TypicalPayload() {
  Market market;
  market.id = MarketId("559651");
  market.question = "Will it happen before 2027?";
  market.description = std::string(900, 'd');
  market.outcomes = {"Yes", "No"};
  market.tokens = {TokenId(std::string(77, '3')), TokenId(std::string(77, '4'))};
  market.version = 1;
  return EncodeEntry(market);
}

}  // namespace polyhouse
