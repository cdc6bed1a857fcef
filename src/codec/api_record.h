#pragma once

// Private to codec/: one record of a Gamma listing, as simdjson hands it over.

#include <simdjson.h>

#include <map>
#include <string>

#include "codec/api_fields.h"
#include "codec/json_values.h"

namespace polyhouse {

/// Field names that are not known, with how often they were seen.
using UnknownFields = std::map<std::string, std::uint64_t, std::less<>>;

/// A row, and what of its record could not be read: "field volume: expected …; field …", empty when
/// all could.
template <class Row>
struct ReadRow {
  Row row;
  std::string unreadable;
};

/// Fills a row from one record. A field that cannot be read is left out and said; without an id, or
/// when the record is no JSON, it is kMalformed. `replaced`: where the record's text stands for
/// bytes that no JSON may hold.
template <class Row>
class ApiRecordReader {
 public:
  Result<ReadRow<Row>> Read(simdjson::ondemand::object record,
                            std::uint64_t version,
                            ReplacedBytes replaced = {});

  /// See ApiPageParser.
  const UnknownFields& unknown_fields() const { return unknown_fields_; }
  std::uint64_t epoch_times() const { return reader_.epoch_times(); }

 private:
  Status ReadFields(simdjson::ondemand::object record, Draft<Row>& draft, std::string& unreadable);

  JsonReader reader_;
  UnknownFields unknown_fields_;
};

}  // namespace polyhouse
