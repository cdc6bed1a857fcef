#include "chain/fill_truth.h"

#include <optional>

#include "json_object.h"

namespace polyhouse {
namespace {

std::string_view NameOf(OrderSide side) {
  return side == OrderSide::kBuy ? "BUY" : "SELL";
}

/// Makers and takers of a mint or a merge are on one side.
std::string_view TakerDirection(const MinedFill& fill) {
  const bool is_same = fill.match == MatchType::kMint || fill.match == MatchType::kMerge;
  const bool maker_buys = fill.side == OrderSide::kBuy;
  return maker_buys == is_same ? "BUY" : "SELL";
}

void WriteEvent(JsonObject& json, const PlacedLog& placed, const MinedFill& fill) {
  const Generation generation = GenerationOf(placed.log.contract);
  json.Integer("block_number", static_cast<std::int64_t>(placed.block.number));
  json.Integer("block_time", static_cast<std::int64_t>(placed.block.time));
  json.Text("transaction_hash", WordHex(TransactionHash(placed.transaction)));
  json.Integer("log_index", placed.index);
  json.Text("exchange", AddressHex(AddressOf(placed.log.contract)));
  json.Text("generation", ToString(generation));
  json.Text("order_hash", WordHex(fill.order));
  json.Text("maker", AddressHex(fill.maker));
  json.Text("taker", AddressHex(fill.taker));
  json.Text("maker_asset_id", WordDecimal(MakerAsset(fill, placed.market)));
  json.Text("taker_asset_id", WordDecimal(TakerAsset(fill, placed.market)));
  json.Text("maker_amount", std::to_string(fill.MakerAmount()));
  json.Text("taker_amount", std::to_string(fill.TakerAmount()));
  json.Text("fee", std::to_string(fill.fee));
  json.Text("builder", generation == Generation::kV1 ? "" : WordHex(fill.builder));
}

void WriteTrade(JsonObject& json, const PlacedLog& placed, const MinedFill& fill) {
  const bool is_trade = !fill.is_swap;
  const TradedMarket& market = placed.market;
  json.Text("market_id", is_trade && market.is_listed ? market.id : "");
  json.Text("condition_id", is_trade ? market.condition_id : "");
  json.Text("outcome", is_trade ? market.outcomes[fill.outcome] : "");
  json.Text("nonusdc_side", !is_trade ? "" : fill.outcome == 0 ? "token1" : "token2");
  json.Text("maker_direction", is_trade ? NameOf(fill.side) : "");
  json.Text("taker_direction", is_trade ? TakerDirection(fill) : "");
  json.Text("match_type", ToString(fill.match));
  json.Bool("is_taker_leg", fill.match == MatchType::kTaker);
  json.Text("price_collateral", is_trade ? std::to_string(fill.collateral) : "");
  json.Text("price_tokens", is_trade ? std::to_string(fill.tokens) : "");
  const bool pays_tokens = GenerationOf(placed.log.contract) == Generation::kV1 &&
                           (fill.side == OrderSide::kBuy || fill.is_swap);
  json.Text("fee_asset", pays_tokens ? "token" : "collateral");
}

void WriteWords(JsonObject& json, const char* name, const std::vector<EvmWord>& words) {
  json.Key(name);
  std::string& out = json.out();
  out += '[';
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += (i == 0 ? "\"" : ",\"") + WordDecimal(words[i]) + "\"";
  }
  out += ']';
}

}  // namespace

void AppendFillTruth(std::string& out, const PlacedLog& placed) {
  if (!placed.log.fill) return;
  JsonObject json(out);
  WriteEvent(json, placed, *placed.log.fill);
  WriteTrade(json, placed, *placed.log.fill);
  json.Close();
  out += '\n';
}

void AppendActionTruth(std::string& out, const PlacedLog& placed) {
  if (!placed.log.action) return;
  const MinedAction& action = *placed.log.action;
  JsonObject json(out);
  json.Integer("block_number", static_cast<std::int64_t>(placed.block.number));
  json.Integer("block_time", static_cast<std::int64_t>(placed.block.time));
  json.Text("transaction_hash", WordHex(TransactionHash(placed.transaction)));
  json.Integer("log_index", placed.index);
  json.Text("contract", AddressHex(AddressOf(placed.log.contract)));
  json.Text("action", action.action);
  json.Text("wallet", AddressHex(action.wallet));
  json.Text("wallet_kind", action.wallet_kind);
  json.Text("condition_id", action.condition_id);
  json.Text("neg_risk_market_id", action.neg_risk_market_id);
  json.Text("question_id", action.question_id);
  json.Text("collateral", action.collateral);
  WriteWords(json, "index_sets", action.index_sets);
  WriteWords(json, "amounts", action.amounts);
  json.Text("amount", WordDecimal(action.amount));
  json.Close();
  out += '\n';
}

bool FillTruth::Read(std::size_t bytes, std::string& out) {
  const std::size_t full = out.size() + bytes;
  std::optional<BlockNumber> writing;
  std::optional<BlockNumber> next;
  chain_.VisitLogs(next_, end_, [&](const PlacedLog& placed) {
    // Only whole blocks: a reorganisation may come before the next part.
    if (placed.block.number != writing && out.size() >= full) {
      next = placed.block.number;
      return false;
    }
    writing = placed.block.number;
    append_(out, placed);
    return true;
  });
  next_ = next.value_or(end_ + 1);
  return next.has_value();
}

}  // namespace polyhouse
