#include "flow/process/waiting_trades.h"

#include "codec/entry_codec.h"
#include "codec/row_block.h"

namespace polyhouse {
namespace {

/// "c" or "p" for the system, the token's digits, a slash, and the entry.
std::string FieldOf(const TradedToken& token, const std::string& entry) {
  return (token.system == TokenSystem::kPosition ? "p" : "c") + ToDigits(token.id) + "/" + entry;
}

std::optional<TradedToken> TokenOf(std::string_view field) {
  const auto slash = field.find('/');
  if (field.empty() || slash == std::string_view::npos) return std::nullopt;
  const auto id = ParseDigits256(field.substr(1, slash - 1));
  if (!id) return std::nullopt;
  return TradedToken{field[0] == 'p' ? TokenSystem::kPosition : TokenSystem::kConditional, *id};
}

}  // namespace

Status WaitingTrades::Load(StreamWriter& writer) {
  auto fields = writer.Fields(std::string(kKey));
  if (!fields) return std::move(fields).error();
  fields_.clear();
  for (auto& [field, rows] : *fields) fields_[field] = std::move(rows);
  return Ok();
}

FieldChange WaitingTrades::Keep(const TradedToken& token,
                                const std::string& entry,
                                std::string rows) {
  std::string field = FieldOf(token, entry);
  fields_[field] = rows;
  return {std::string(kKey), std::move(field), std::move(rows)};
}

std::vector<WaitingTrades::Completed> WaitingTrades::Complete(const TokenIndex& index,
                                                              std::size_t most) const {
  std::vector<Completed> completed;
  EntryDecoder<Trade> decoder;
  for (const auto& [field, rows] : fields_) {
    const auto token = TokenOf(field);
    const auto market = token ? index.Find(token->system, token->id) : std::nullopt;
    if (!market) continue;
    auto& group =
        completed.emplace_back(Completed{field, {}, {std::string(kKey), field, std::nullopt}});
    RowTexts texts(rows, kLinesVersion);
    for (std::string_view text; texts.Next(text);) {
      auto trade = decoder.Decode(text);
      if (!trade) continue;
      NameMarket(*trade, *market);
      // The next one: what takes the fill back, later, is higher still.
      ++trade->version;
      group.trades.push_back(std::move(*trade));
    }
    if (completed.size() == most) break;
  }
  return completed;
}

}  // namespace polyhouse
