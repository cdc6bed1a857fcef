#pragma once

// Private to codec/: which fields of an API record go where.

#include <string_view>

#include "codec/json_values.h"

namespace polyhouse {

/// A row under construction, with what is needed to finish it.
template <class Row>
struct Draft : Row {};

template <>
struct Draft<Market> : Market {
  std::vector<std::string> uma_statuses;  ///< All of UMA's words on it, the last one last.
  std::string own_resolution_status;      ///< `resolutionStatus`, of Protocol V2 markets.
  bool resolution_is_readable = true;
  bool protocol_is_readable = true;
};

/// One documented field of an API record and the function that reads it; null for the many we do
/// not store. When it fails, the row has of the field what could be read, which mostly is nothing.
template <class Row>
struct ApiField {
  std::string_view name;
  Status (*read)(JsonReader& reader, JsonValue value, Draft<Row>& draft) = nullptr;
};

/// What a page calls its list of records: "markets".
template <class Row>
std::string_view RecordsName();

/// The field called `name`, or null when it is not in the documentation: the Gamma schemas
/// Market.json and Event.json and the official ts-sdk bindings, as collected in October 2026.
template <class Row>
const ApiField<Row>* FindApiField(std::string_view name);

}  // namespace polyhouse
