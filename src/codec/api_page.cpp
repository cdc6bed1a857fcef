#include "codec/api_page.h"

#include "codec/api_fields.h"
#include "codec/api_record.h"
#include "codec/json_values.h"
#include "codec/record_slicer.h"
#include "codec/row_types.h"

namespace polyhouse {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::document;
using simdjson::ondemand::object;

}  // namespace

template <class Row>
struct ApiPageParser<Row>::State {
  PageShape shape = PageShape::kEnvelope;
  simdjson::ondemand::parser page_parser;
  simdjson::ondemand::parser record_parser;
  std::string padded_record;
  ReplacedBytes replaced;  ///< Of the body that is walked.
  ApiRecordReader<Row> reader;

  /// Visits the parts of a body: `on_records(array)` for the list of records, wherever it stands.
  template <class OnRecords>
  Status Walk(std::string& body, std::string& next_cursor, OnRecords on_records);
  template <class OnRecords>
  Status WalkEnvelope(document& page, std::string& next_cursor, OnRecords on_records);

  /// The usual way: one pass over the whole page. Fails when any record is bad or odd.
  Status ReadWhole(std::string& body, std::uint64_t version, ApiPage<Row>& page);
  /// Record by record, so that a bad one costs only itself.
  Status ReadApart(const std::string& body, std::uint64_t version, ApiPage<Row>& page);
  Status ReadRecord(std::string_view raw, std::uint64_t version, ApiPage<Row>& page);
  /// Whether the text that ReadRecord has read last is an object with an id, readable or not.
  bool HasId();
};

template <class Row>
template <class OnRecords>
Status ApiPageParser<Row>::State::WalkEnvelope(document& page,
                                               std::string& next_cursor,
                                               OnRecords on_records) {
  object envelope;
  if (const auto code = page.get_object().get(envelope)) return JsonError(code);
  bool found = false;
  for (auto field : envelope) {
    std::string_view name;
    if (const auto code = field.unescaped_key().get(name)) return JsonError(code);
    JsonValue value;
    if (const auto code = field.value().get(value)) return JsonError(code);
    if (name == RecordsName<Row>()) {
      if (found) return MalformedError("two lists of records");
      array records;
      if (const auto code = value.get_array().get(records)) return JsonError(code);
      if (auto status = on_records(records); !status) return status;
      found = true;
    } else if (name == "next_cursor") {
      JsonReader text;
      text.SetReplaced(replaced);
      if (auto status = text.Read(value, next_cursor); !status) return status;
      if (SaysNone(next_cursor)) next_cursor.clear();
    }
  }
  if (!found) return MalformedError("no \"" + std::string(RecordsName<Row>()) + "\" in it");
  return Ok();
}

template <class Row>
template <class OnRecords>
Status ApiPageParser<Row>::State::Walk(std::string& body,
                                       std::string& next_cursor,
                                       OnRecords on_records) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  document page;
  if (const auto code = page_parser.iterate(body).get(page)) return JsonError(code);
  simdjson::ondemand::json_type type{};
  if (const auto code = page.type().get(type)) return JsonError(code);
  const bool is_array = type == simdjson::ondemand::json_type::array;
  if (is_array != (shape == PageShape::kArray)) {
    return MalformedError(is_array ? "a bare array" : "no bare array");
  }
  if (is_array) {
    array records;
    if (const auto code = page.get_array().get(records)) return JsonError(code);
    if (auto status = on_records(records); !status) return status;
  } else if (auto status = WalkEnvelope(page, next_cursor, on_records); !status) {
    return status;
  }
  if (!IsAtEnd(page)) return MalformedError("text after its end");
  return Ok();
}

template <class Row>
Status ApiPageParser<Row>::State::ReadWhole(std::string& body,
                                            std::uint64_t version,
                                            ApiPage<Row>& page) {
  replaced = {};
  return Walk(body, page.next_cursor, [&](array records) -> Status {
    for (auto element : records) {
      object record;
      if (const auto code = element.get_object().get(record)) return JsonError(code);
      auto row = reader.Read(record, version);
      if (!row) return std::move(row).error();
      if (!row->unreadable.empty()) return MalformedError(row->unreadable);
      page.rows.push_back(std::move(row->row));
    }
    return Ok();
  });
}

template <class Row>
Status ApiPageParser<Row>::State::ReadRecord(std::string_view raw,
                                             std::uint64_t version,
                                             ApiPage<Row>& page) {
  if (!raw.starts_with('{')) return MalformedError("the record is not an object");
  padded_record = WithoutForbiddenBytes(raw);
  padded_record.reserve(raw.size() + simdjson::SIMDJSON_PADDING);
  document text;
  if (const auto code = record_parser.iterate(padded_record).get(text)) return JsonError(code);
  object record;
  if (const auto code = text.get_object().get(record)) return JsonError(code);
  auto read = reader.Read(record, version, ReplacedBytes(padded_record, raw));
  if (!read) return std::move(read).error();
  if (!read->unreadable.empty()) {
    page.odd[page.rows.size()] = {std::string(raw), std::move(read->unreadable)};
  }
  page.rows.push_back(std::move(read->row));
  return Ok();
}

template <class Row>
bool ApiPageParser<Row>::State::HasId() {
  document text;
  if (record_parser.iterate(padded_record).get(text)) return false;
  object record;
  return !text.get_object().get(record) && !record.find_field("id").error();
}

template <class Row>
Status ApiPageParser<Row>::State::ReadApart(const std::string& body,
                                            std::uint64_t version,
                                            ApiPage<Row>& page) {
  // With placeholders of the same length in the place of what would make the whole page unreadable,
  // records are found where they stand in the original.
  std::string clean = WithoutForbiddenBytes(body);
  clean.reserve(clean.size() + simdjson::SIMDJSON_PADDING);
  replaced = ReplacedBytes(clean, body);
  std::size_t offset = 0;
  auto status = Walk(clean, page.next_cursor, [&](array records) -> Status {
    std::string_view text;
    if (const auto code = records.raw_json().get(text)) return JsonError(code);
    offset = static_cast<std::size_t>(text.data() - clean.data());
    return Ok();
  });
  if (!status) return status;
  const auto slices = SliceArray(std::string_view(body).substr(offset));
  if (!slices) return slices.error();
  for (const std::string_view raw : *slices) {
    auto read = ReadRecord(raw, version, page);
    if (!read) page.bad.push_back({std::string(raw), std::move(read).error()});
  }
  return Ok();
}

template <class Row>
ApiPageParser<Row>::ApiPageParser(PageShape shape) : state_(std::make_unique<State>()) {
  state_->shape = shape;
}
template <class Row>
ApiPageParser<Row>::~ApiPageParser() = default;

template <class Row>
Result<ApiPage<Row>> ApiPageParser<Row>::ParsePage(std::string body, std::uint64_t version) {
  ApiPage<Row> page;
  if (state_->ReadWhole(body, version, page)) return page;
  page = {};
  if (auto status = state_->ReadApart(body, version, page); !status) {
    return ForeignAnswer("a page of records", status.error().message, body);
  }
  return page;
}

template <class Row>
Result<ApiPage<Row>> ApiPageParser<Row>::ParseRecord(std::string_view raw, std::uint64_t version) {
  ApiPage<Row> page;
  if (auto status = state_->ReadRecord(raw, version, page); !status) {
    return std::move(status).error();
  }
  return page;
}

template <class Row>
Result<ApiPage<Row>> ApiPageParser<Row>::ParseLookup(std::string_view body, std::uint64_t version) {
  constexpr std::string_view kExpected = "a record";
  const std::string list = "[" + std::string(body) + "]";
  const auto records = SliceArray(list);
  if (!records) return ForeignAnswer(kExpected, "it is cut off", body);
  if (records->size() != 1) return ForeignAnswer(kExpected, "it is not one object", body);
  ApiPage<Row> page;
  auto status = state_->ReadRecord(records->front(), version, page);
  if (status) return page;
  if (!state_->HasId()) return ForeignAnswer(kExpected, status.error().message, body);
  page.bad.push_back({std::string(records->front()), std::move(status).error()});
  return page;
}

template <class Row>
const UnknownFields& ApiPageParser<Row>::unknown_fields() const {
  return state_->reader.unknown_fields();
}

template <class Row>
std::uint64_t ApiPageParser<Row>::epoch_times() const {
  return state_->reader.epoch_times();
}

#define POLYHOUSE_PARSER(Row) template class ApiPageParser<Row>;
POLYHOUSE_EACH_API_ROW(POLYHOUSE_PARSER)
#undef POLYHOUSE_PARSER

}  // namespace polyhouse
