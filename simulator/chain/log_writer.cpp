#include "chain/log_writer.h"

namespace polyhouse {

MinedLog& LogWriter::Add(LogTopic topic) {
  MinedLog& log = out_.logs.emplace_back();
  log.contract = contract_;
  log.index = out_.span++;
  log.topics.push_back(WordOf(topic));
  return log;
}

void LogWriter::OrderFilled(const MinedFill& fill) {
  MinedLog& log = Add(IsV1() ? LogTopic::kOrderFilledV1 : LogTopic::kOrderFilledV2);
  log.topics.insert(log.topics.end(), {fill.order, fill.maker, fill.taker});
  const EvmWord maker_amount = WordOf(fill.MakerAmount());
  const EvmWord taker_amount = WordOf(fill.TakerAmount());
  const EvmWord fee = WordOf(fill.fee);
  if (IsV1()) {
    log.data = {
        MakerAsset(fill, market_), TakerAsset(fill, market_), maker_amount, taker_amount, fee};
  } else {
    log.data = {WordOf(fill.side == OrderSide::kBuy ? 0 : 1),
                market_.tokens[fill.outcome],
                maker_amount,
                taker_amount,
                fee,
                fill.builder,
                fill.metadata};
  }
  if (contract_ != ExchangeContract::kForeign) log.fill = fill;
}

void LogWriter::FeeCharged(const MinedFill& fill, const EvmWord& receiver) {
  if (fill.fee == 0) return;
  MinedLog& log = Add(IsV1() ? LogTopic::kFeeChargedV1 : LogTopic::kFeeChargedV2);
  log.topics.push_back(receiver);
  if (IsV1()) log.data.push_back(TakerAsset(fill, market_));
  log.data.push_back(WordOf(fill.fee));
}

void LogWriter::OrdersMatched(const MinedFill& taker_row) {
  MinedLog& log = Add(IsV1() ? LogTopic::kOrdersMatchedV1 : LogTopic::kOrdersMatchedV2);
  log.topics.insert(log.topics.end(), {taker_row.order, taker_row.maker});
  if (IsV1()) {
    log.data = {MakerAsset(taker_row, market_), TakerAsset(taker_row, market_)};
  } else {
    log.data = {WordOf(taker_row.side == OrderSide::kBuy ? 0 : 1),
                market_.tokens[taker_row.outcome]};
  }
  log.data.push_back(WordOf(taker_row.MakerAmount()));
  log.data.push_back(WordOf(taker_row.TakerAmount()));
}

void LogWriter::TokenRegistered() {
  EvmWord condition;
  ParseHexWord(market_.condition_id, condition);
  for (const std::size_t first : {0U, 1U}) {
    MinedLog& log = Add(LogTopic::kTokenRegistered);
    log.topics.insert(log.topics.end(),
                      {market_.tokens[first], market_.tokens[1 - first], condition});
  }
}

}  // namespace polyhouse
