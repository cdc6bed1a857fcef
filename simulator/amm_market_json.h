#pragma once

#include "json_object.h"
#include "market_facts.h"

namespace polyhouse {

/// Writes the fields of a market from before order books; `parents` as for AppendMarket.
void WriteAmmFields(JsonObject& json, const MarketFacts& facts, std::string_view parents);

/// `description` and the rules' peculiarities, the same in every era.
void WriteDescription(JsonObject& json, const MarketFacts& facts);

/// The picture of a record, an address that leads nowhere.
std::string PictureUrl(std::string_view slug);

}  // namespace polyhouse
