#pragma once

// Private to codec/: one record of a Gamma listing, as simdjson hands it over.

#include <simdjson.h>

#include <map>

#include "codec/json_values.h"

namespace polyhouse {

/// Field names that are not known, with how often they were seen.
using UnknownFields = std::map<std::string, std::uint64_t, std::less<>>;

/// Fills a row from one record. Every error is kMalformed and names the field.
template <class Row>
class ApiRecordReader {
 public:
  Result<Row> Read(simdjson::ondemand::object record, std::uint64_t version);

  const UnknownFields& unknown_fields() const { return unknown_fields_; }
  std::uint64_t epoch_times() const { return reader_.epoch_times(); }

 private:
  JsonReader reader_;
  UnknownFields unknown_fields_;
};

}  // namespace polyhouse
