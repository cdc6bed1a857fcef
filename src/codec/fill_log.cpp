#include "codec/fill_log.h"

#include "base/json_text.h"
#include "base/lower_case.h"
#include "codec/log_words.h"

namespace polyhouse {
namespace {

/// The n-th word of a log's data, which was measured before.
std::string_view Word(const ChainLog& log, std::size_t n) {
  return log.data.substr(2 + n * kWordDigits, kWordDigits);
}

struct Amounts {
  Uint256 maker;
  Uint256 taker;
  Uint256 fee;
};

Result<Amounts> ReadAmounts(const ChainLog& log, std::size_t first_word) {
  const auto maker = ParseHex256(Word(log, first_word));
  const auto taker = ParseHex256(Word(log, first_word + 1));
  const auto fee = ParseHex256(Word(log, first_word + 2));
  if (!maker || !taker || !fee) return MalformedError("data that is not hexadecimal");
  return Amounts{*maker, *taker, *fee};
}

}  // namespace

TokenId FillReader::TokenOf(const Uint256& asset) {
  if (asset.IsZero()) return TokenId(std::string(kCollateral));
  if (asset != token_) {
    token_ = asset;
    digits_ = TokenId(ToDigits(asset));
  }
  return digits_;
}

/// V1: makerAssetId, takerAssetId, makerAmountFilled, takerAmountFilled, fee.
Status FillReader::ReadV1(const ChainLog& log, OrderFill& fill) {
  const auto maker_asset = ParseHex256(Word(log, 0));
  const auto taker_asset = ParseHex256(Word(log, 1));
  if (!maker_asset || !taker_asset) return MalformedError("data that is not hexadecimal");
  fill.maker_asset_id = TokenOf(*maker_asset);
  fill.taker_asset_id = TokenOf(*taker_asset);
  return Ok();
}

/// V2 and V3: side, tokenId, makerAmountFilled, takerAmountFilled, fee, builder, metadata.
Status FillReader::ReadV2(const ChainLog& log, OrderFill& fill) {
  const auto side = ParseHex256(Word(log, 0));
  const auto token = ParseHex256(Word(log, 1));
  if (!side || !token) return MalformedError("data that is not hexadecimal");
  const auto which = side->ToUint64();
  if (!which || *which > 1) return MalformedError("a side that is neither 0 nor 1");
  TokenId id = TokenOf(*token);
  TokenId collateral{std::string(kCollateral)};
  const bool buys = *which == 0;
  fill.maker_asset_id = buys ? collateral : id;
  fill.taker_asset_id = buys ? std::move(id) : std::move(collateral);
  const auto digits = Word(log, 5);
  std::string builder = LowerHexOf(digits);
  if (builder.empty()) return MalformedError("data that is not hexadecimal");
  if (digits.find_first_not_of('0') != std::string_view::npos) fill.builder = std::move(builder);
  return Ok();
}

Result<OrderFill> FillReader::Read(const ChainLog& log, ExchangeGeneration generation) {
  const bool is_v1 = generation == ExchangeGeneration::kV1;
  const std::size_t words = is_v1 ? 5 : 7;
  if (log.topics[0] != (is_v1 ? kFilledV1Topic : kFilledV2Topic)) {
    return MalformedError("the event of another generation of contracts");
  }
  if (log.data.size() != 2 + words * kWordDigits) {
    return MalformedError("data of " + std::to_string(log.data.size() / 2) + " bytes, where " +
                          std::string(ToString(generation)) + " has " +
                          std::to_string(words * kWordDigits / 2));
  }
  OrderFill fill{.block_number = log.block_number,
                 .transaction_hash = HashOf(log.transaction_hash),
                 .log_index = log.log_index,
                 .exchange = LowerCase(log.address),
                 .generation = std::string(ToString(generation)),
                 .order_hash = HashOf(log.topics[1]),
                 .maker = AddressOf(log.topics[2]),
                 .taker = AddressOf(log.topics[3])};
  if (fill.transaction_hash.empty() || fill.order_hash.empty()) {
    return MalformedError("a hash that is not of 32 bytes");
  }
  if (fill.maker.empty() || fill.taker.empty()) return MalformedError("a topic that is no address");
  auto status = is_v1 ? ReadV1(log, fill) : ReadV2(log, fill);
  if (!status) return std::move(status).error();
  const auto amounts = ReadAmounts(log, 2);
  if (!amounts) return amounts.error();
  fill.maker_amount = amounts->maker;
  fill.taker_amount = amounts->taker;
  fill.fee = amounts->fee;
  return fill;
}

std::string ToJson(const ChainLog& log) {
  std::string text = "{\"address\":";
  AppendJsonString(text, log.address);
  text += ",\"topics\":[";
  for (const std::string_view topic : log.topics) {
    if (topic.empty()) continue;
    if (text.back() != '[') text += ',';
    AppendJsonString(text, topic);
  }
  text += "],\"data\":";
  AppendJsonString(text, log.data);
  text += ",\"blockNumber\":" + std::to_string(log.block_number) + ",\"transactionHash\":";
  AppendJsonString(text, log.transaction_hash);
  return text + ",\"logIndex\":" + std::to_string(log.log_index) + "}";
}

}  // namespace polyhouse
