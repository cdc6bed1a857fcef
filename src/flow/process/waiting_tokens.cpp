#include "flow/process/waiting_tokens.h"

#include <optional>

namespace polyhouse {
namespace {

std::optional<TradedToken> TokenOf(std::string_view field) {
  const auto slash = field.find('/');
  if (field.empty() || slash == std::string_view::npos) return std::nullopt;
  const auto id = ParseDigits256(field.substr(1, slash - 1));
  if (!id) return std::nullopt;
  return TradedToken{field[0] == 'p' ? TokenSystem::kPosition : TokenSystem::kConditional, *id};
}

}  // namespace

/// "c" or "p" for the system, the token's digits, a slash, and the processor.
std::string WaitingTokens::FieldOf(const TradedToken& token) const {
  return (token.system == TokenSystem::kPosition ? "p" : "c") + ToDigits(token.id) + "/" +
         consumer_;
}

Status WaitingTokens::Load(StreamWriter& writer) {
  const auto fields = writer.Fields(std::string(kKey));
  if (!fields) return fields.error();
  AppendTransaction take{.stream = StreamName(std::string(Trade::kStream))};
  for (const auto& [field, value] : *fields) {
    const auto token = TokenOf(field);
    if (token) tokens_.insert({token->system, token->id});
    if (token && field == FieldOf(*token)) continue;
    if (token) take.fields.push_back(Keep(*token));
    take.fields.push_back({std::string(kKey), field, std::nullopt});
  }
  return take.fields.empty() ? Ok() : writer.Append(take);
}

FieldChange WaitingTokens::Keep(const TradedToken& token) {
  tokens_.insert({token.system, token.id});
  return {std::string(kKey), FieldOf(token), ""};
}

FieldChange WaitingTokens::Done(const TradedToken& token) const {
  return {std::string(kKey), FieldOf(token), std::nullopt};
}

std::vector<TradedToken> WaitingTokens::KnownTo(const TokenIndex& index, std::size_t most) const {
  std::vector<TradedToken> known;
  for (const auto& [system, id] : tokens_) {
    if (known.size() == most) break;
    if (index.Find(system, id)) known.push_back({system, id});
  }
  return known;
}

}  // namespace polyhouse
