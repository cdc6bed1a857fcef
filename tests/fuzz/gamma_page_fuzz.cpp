// Pages of /markets and /events in both shapes, and single records, as the ingesters read them.

#include <simdjson.h>

#include <algorithm>

#include "codec/api_page.h"
#include "codec/record_slicer.h"
#include "fuzz/expectation.h"
#include "fuzz/stored_row.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kVersion = 1'790'000'000'000;

template <class Row>
void ExpectGoodRows(const ApiPage<Row>& page) {
  for (const Row& row : page.rows) {
    Expect(!row.id.empty() && row.version == kVersion, "a row has its id and version");
    ExpectToBeStored(row);
  }
  for (const auto& [index, odd] : page.odd) {
    Expect(index < page.rows.size() && !odd.unreadable.empty(), "an odd record says what is odd");
  }
}

/// Adds what is made of one record on its own.
template <class Row>
void ReadRecord(std::string_view raw, ApiPage<Row>& apart) {
  auto read = ApiPageParser<Row>(PageShape::kEnvelope).ParseRecord(raw, kVersion);
  if (!read) {
    Expect(read.error().kind == ErrorKind::kMalformed, "a record that cannot be read is malformed");
    apart.bad.push_back({std::string(raw), read.error()});
    return;
  }
  Expect(read->rows.size() == 1 && read->bad.empty(), "a record is one row");
  ExpectGoodRows(*read);
  if (!read->odd.empty()) apart.odd[apart.rows.size()] = std::move(read->odd.at(0));
  apart.rows.push_back(std::move(read->rows.front()));
}

template <class Row>
void ExpectSameRecords(const ApiPage<Row>& page, const ApiPage<Row>& apart) {
  Expect(apart.rows.size() == page.rows.size(), "a record is a row on its own as in its page");
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    Expect(EncodeEntry(apart.rows[i]) == EncodeEntry(page.rows[i]), "it is the same row");
  }
  for (std::size_t i = 0; i < page.bad.size(); ++i) {
    Expect(apart.bad[i].raw == page.bad[i].raw, "a dead letter is the record byte for byte");
  }
  Expect(apart.odd.size() == page.odd.size(), "it is as odd");
  for (const auto& [index, odd] : page.odd) {
    Expect(apart.odd.contains(index) && apart.odd.at(index).raw == odd.raw, "it is kept whole");
  }
}

/// Every record is a row or a dead letter, and the same on its own as in its page. `array`: the
/// body from the list of records on.
template <class Row>
void ExpectAllRecords(const ApiPage<Row>& page, const std::string& body, std::string_view array) {
  // In a page without a fault in what is read, fields that are not read may be no JSON: the library
  // passes over them, and who counts brackets may see other records.
  simdjson::dom::parser strict;
  const bool is_json = strict.parse(body).error() == simdjson::SUCCESS;
  if (!is_json && page.bad.empty() && page.odd.empty()) return;
  const auto slices = SliceArray(array);
  Expect(slices.has_value(), "a page's records can be told apart");
  Expect(slices->size() == page.records(), "no record vanishes");
  for (const BadRecord& bad : page.bad) {
    Expect(std::find(slices->begin(), slices->end(), bad.raw) != slices->end(),
           "a dead letter is the record byte for byte");
  }
  ApiPage<Row> apart;
  for (const std::string_view raw : *slices) ReadRecord(raw, apart);
  ExpectSameRecords(page, apart);
}

/// `array`: where the body's list of records begins, empty where nobody knows.
template <class Row>
void ReadPage(const std::string& body, PageShape shape, std::string_view array) {
  const auto page = ApiPageParser<Row>(shape).ParsePage(body, kVersion);
  if (!page) {
    Expect(page.error().kind == ErrorKind::kTransient, "what is no page is asked for again");
    return;
  }
  ExpectGoodRows(*page);
  if (!array.empty()) ExpectAllRecords(*page, body, array);
}

template <class Row>
void ReadAll(const std::string& body) {
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos || body[begin] != '[') {
    ReadPage<Row>(body, PageShape::kEnvelope, {});
    ApiPage<Row> apart;
    ReadRecord(body, apart);
    return;
  }
  const std::string name = std::is_same_v<Row, Market> ? "markets" : "events";
  ReadPage<Row>(body, PageShape::kArray, std::string_view(body).substr(begin));
  const std::string head = "{\"" + name + "\":";
  const std::string envelope = head + body + ",\"next_cursor\":\"c\"}";
  // To the envelope's end: an odd array may end behind what was put into it.
  ReadPage<Row>(
      envelope, PageShape::kEnvelope, std::string_view(envelope).substr(head.size() + begin));
}

}  // namespace
}  // namespace polyhouse

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  polyhouse::ReadAll<polyhouse::Market>(body);
  polyhouse::ReadAll<polyhouse::Event>(body);
  return 0;
}
