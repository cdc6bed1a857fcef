// Entries of eth_getLogs, as many as the input has, read as fills of each generation of contracts.

#include "base/json_text.h"
#include "base/lower_case.h"
#include "base/number_text.h"
#include "codec/fill_log.h"
#include "fuzz/expectation.h"
#include "fuzz/stored_row.h"

namespace polyhouse {
namespace {

/// The number as the word of a log's data says it.
std::string WordOf(const Uint256& number) {
  std::string word;
  for (auto limb = number.limbs.rbegin(); limb != number.limbs.rend(); ++limb) {
    word += HexText(*limb);
  }
  return word;
}

bool IsHex(std::string_view text, std::size_t digits) {
  return text.size() == 2 + digits && text.starts_with("0x") &&
         text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

void ExpectSameFill(const OrderFill& fill, const ChainLog& log) {
  const std::string data = LowerCase(log.data.substr(2));
  Expect(WordOf(fill.maker_amount) == data.substr(128, 64), "the maker's amount is the third word");
  Expect(WordOf(fill.taker_amount) == data.substr(192, 64), "the taker's amount is the fourth");
  Expect(WordOf(fill.fee) == data.substr(256, 64), "the fee is the fifth");
  Expect(IsHex(fill.transaction_hash, 64) && IsHex(fill.order_hash, 64), "hashes are 32 bytes");
  Expect(IsHex(fill.maker, 40) && IsHex(fill.taker, 40), "wallets are 20 bytes");
  Expect(fill.builder.empty() || IsHex(fill.builder, 64), "a builder's code is 32 bytes");
}

/// People and programs look into dead letters for what the log said.
void ExpectWholeDeadLetter(const ChainLog& log) {
  const std::string letter = ToJson(log);
  // Knows none of its members, and so only looks whether it is an object.
  Expect(EntryDecoder<OrderFill>().Decode(letter).has_value(), "a dead letter is JSON");
  for (const std::string_view text : {log.address, log.data, log.transaction_hash}) {
    std::string quoted;
    AppendJsonString(quoted, text);
    Expect(letter.find(quoted) != std::string::npos, "a dead letter is whole");
  }
}

void ReadAs(ExchangeGeneration generation, ChainLog log) {
  // Few inputs would get past a hash of 32 bytes.
  log.topics[0] = generation == ExchangeGeneration::kV1 ? kFilledV1Topic : kFilledV2Topic;
  auto fill = FillReader().Read(log, generation);
  Expect(FillReader().Read(log, generation).has_value() == fill.has_value(),
         "a log is read alike twice");
  if (!fill) {
    Expect(fill.error().kind == ErrorKind::kMalformed, "a log of another layout is malformed");
    ExpectWholeDeadLetter(log);
    return;
  }
  Expect(*FillReader().Read(log, generation) == *fill, "a log is read alike twice");
  ExpectSameFill(*fill, log);
  if (log.block_time) fill->block_time = Timestamp(std::chrono::seconds(*log.block_time));
  ExpectToBeStored(*fill);
}

}  // namespace
}  // namespace polyhouse

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using polyhouse::ExchangeGeneration;
  std::string body =
      "{\"result\":[" + std::string(reinterpret_cast<const char*>(data), size) + "]}";
  polyhouse::ChainAnswerParser parser;
  const auto logs = parser.Logs(body);
  if (!logs) return 0;
  for (const auto& log : *logs) {
    for (const auto generation :
         {ExchangeGeneration::kV1, ExchangeGeneration::kV2, ExchangeGeneration::kV3}) {
      polyhouse::ReadAs(generation, log);
    }
  }
  return 0;
}
