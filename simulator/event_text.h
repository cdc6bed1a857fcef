#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "population.h"

namespace polyhouse {

/// The title of an event of this kind, drawn from `hash`.
std::string EventTitle(EventKind kind, std::uint64_t hash, Moment end);

/// The question of the event's market number `ordinal`, and what sets it apart from its siblings.
struct MarketText {
  std::string question;
  std::string group_item_title;
};
MarketText DescribeQuestion(EventKind kind, std::uint64_t hash, Moment end, std::uint32_t ordinal);

/// A few hundred to a few thousand characters of rules.
std::string RulesText(std::uint64_t hash, std::string_view question);

/// `text` in lower case with hyphens for all that is no ASCII letter or digit, and the id at its
/// end.
std::string Slug(std::string_view text, std::uint64_t id);

/// The id at the end of a slug made by Slug; 0 when there is none.
std::uint64_t IdOfSlug(std::string_view slug);

}  // namespace polyhouse
