#include "flow/listing/token_lane.h"

#include <algorithm>

#include "flow/wanted_tokens.h"

namespace polyhouse {
namespace {

/// A token has up to 78 digits, and the API answers longer URLs with 414.
constexpr std::size_t kAtOnce = 40;
constexpr std::uint64_t kFirstPauseMs = 30'000;
constexpr std::uint64_t kLongestPauseMs = 86'400'000;

std::uint64_t PauseAfter(std::uint64_t attempts) {
  return std::min(kLongestPauseMs, kFirstPauseMs << std::min<std::uint64_t>(attempts, 12));
}

}  // namespace

TokenLane::Tokens TokenLane::DueIn(const StateFields& wanted, std::uint64_t now) {
  Tokens due;
  for (const auto& [token, text] : wanted) {
    const WantedToken known = ParseWantedToken(text);
    // A clock that was set back must not put it off for longer than a pause.
    const bool is_due = known.due <= now || known.due > now + kLongestPauseMs;
    if (is_due) due.push_back(token);
    if (due.size() == kAtOnce) break;
  }
  return due;
}

Result<LaneProgress> TokenLane::Step(std::stop_token stop) {
  SourceState& source = tools_.pages.source();
  const auto wanted = source.Fields(kWantedTokensState);
  if (!wanted) return wanted.error();
  const auto now = static_cast<std::uint64_t>(source.clock().Now().time_since_epoch().count());
  const Tokens due = DueIn(*wanted, now);
  if (due.empty()) return LaneProgress::kRound;
  Tokens left = due;
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    if (left.empty()) break;
    if (auto status = LookInHalf(half, left, stop); !status) return std::move(status).error();
  }
  AppendTransaction append;
  for (const std::string& token : due) {
    FieldChange change{source.Key(kWantedTokensState), token, std::nullopt};
    if (std::find(left.begin(), left.end(), token) != left.end()) {
      WantedToken known = ParseWantedToken(wanted->at(token));
      known.due = now + PauseAfter(known.attempts++);
      change.value = ToText(known);
    }
    append.fields.push_back(std::move(change));
  }
  if (auto status = source.Append(std::move(append)); !status) return std::move(status).error();
  return due.size() < kAtOnce ? LaneProgress::kRound : LaneProgress::kMore;
}

Status TokenLane::LookInHalf(OpenState half, Tokens& tokens, std::stop_token stop) {
  const auto page = FetchPage(tools_, {.state = half, .token_ids = tokens}, std::move(stop));
  if (!page) return page.error();
  Tokens found;
  for (const ListedRow& row : page->page.rows) {
    const auto market = decoder_.Decode(row.data);
    if (!market) continue;
    for (const auto* ids : {&market->tokens, &market->position_ids}) {
      for (const TokenId& id : *ids) found.push_back(id.value());
    }
  }
  const auto before = tokens.size();
  std::erase_if(tokens, [&](const std::string& token) {
    return std::find(found.begin(), found.end(), token) != found.end();
  });
  // A page without any of them is what an API sends that ignores the filter.
  if (tokens.size() == before) return Ok();
  return StorePage(
      tools_, *page, page->Origin(name(), "tokens/" + std::to_string(page->request.version), true));
}

}  // namespace polyhouse
