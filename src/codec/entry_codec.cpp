#include "codec/entry_codec.h"

#include "base/json_text.h"
#include "codec/json_values.h"
#include "codec/row_types.h"
#include "codec/tag_list.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// Appends one value in the JSON shape that docs/stream_format.md gives its type.
class ValueWriter {
 public:
  explicit ValueWriter(std::string& out) : out_(out) {}

  void operator()(std::string_view text) { AppendJsonString(out_, text); }
  void operator()(const std::string& text) { AppendJsonString(out_, text); }
  void operator()(const MarketId& id) { Quote(id.value()); }
  void operator()(const EventId& id) { Quote(id.value()); }
  void operator()(const TokenId& id) { Quote(id.value()); }
  void operator()(bool value) { out_ += value ? "true" : "false"; }
  void operator()(std::int32_t value) { out_ += std::to_string(value); }
  void operator()(std::uint32_t value) { out_ += std::to_string(value); }
  void operator()(std::uint64_t value) { out_ += std::to_string(value); }
  void operator()(const Uint256& value) { Quote(ToDigits(value)); }
  void operator()(Micros value) { Quote(ToText(value)); }
  void operator()(Timestamp time) { Quote(FormatTime(time)); }
  void operator()(const std::optional<Timestamp>& time) { Quote(time ? FormatTime(*time) : ""); }
  void operator()(const DecimalText& decimal) { Quote(decimal.text); }
  void operator()(const std::optional<DecimalText>& decimal) {
    Quote(decimal ? decimal->text : "");
  }
  void operator()(const TagLabels& tags) { AppendJsonString(out_, JoinTags(tags)); }

  template <class T>
  void operator()(const std::vector<T>& values) {
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ',';
      (*this)(values[i]);
    }
    out_ += ']';
  }

 private:
  /// For text that cannot hold anything to escape.
  void Quote(std::string_view text) { out_.append("\"").append(text).append("\""); }

  std::string& out_;
};

template <class Row, class T>
void WriteField(ValueWriter& write, const Row& row, T Row::*member) {
  write(row.*member);
}

template <class Row>
void WriteField(ValueWriter& write, const Row& row, std::string_view (*derive)(const Row&)) {
  write(derive(row));
}

template <class Row, class T>
Status ReadField(JsonReader& reader, JsonValue value, Row& row, T Row::*member) {
  return reader.Read(value, row.*member);
}

template <class Row>
Status ReadField(JsonReader& reader, JsonValue value, Row& row, TagLabels Row::*member) {
  std::string joined;
  if (auto status = reader.Read(value, joined); !status) return status;
  row.*member = SplitTags(joined);
  return Ok();
}

template <class Row>
Status ReadField(JsonReader&, JsonValue, Row&, std::string_view (*)(const Row&)) {
  return Ok();
}

/// The column called `name`; the search starts at `expected`, where it nearly always is.
template <class Row>
const Column<Row>* FindColumn(std::string_view name, std::size_t expected) {
  const auto columns = TableSpecOf<Row>().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& column = columns[(expected + i) % columns.size()];
    if (column.name == name) return &column;
  }
  return nullptr;
}

/// Of the one text of a row that may be long.
template <class Row>
std::size_t LongTextSize(const Row& row) {
  if constexpr (requires { row.description; }) return row.description.size();
  return 0;
}

}  // namespace

template <class Row>
std::string EncodeEntry(const Row& row) {
  std::string out;
  out.reserve(1024 + LongTextSize(row));
  ValueWriter write(out);
  char separator = '{';
  for (const auto& column : TableSpecOf<Row>().columns) {
    out += separator;
    separator = ',';
    out.append("\"").append(column.name).append("\":");
    std::visit([&](auto field) { WriteField(write, row, field); }, column.field);
  }
  out += '}';
  return out;
}

template <class Row>
struct EntryDecoder<Row>::State {
  simdjson::ondemand::parser parser;
  std::string padded;
  JsonReader reader;
};

template <class Row>
EntryDecoder<Row>::EntryDecoder() : state_(std::make_unique<State>()) {}
template <class Row>
EntryDecoder<Row>::~EntryDecoder() = default;

template <class Row>
Result<Row> EntryDecoder<Row>::Decode(std::string_view data) {
  state_->padded.reserve(data.size() + simdjson::SIMDJSON_PADDING);
  state_->padded.assign(data);
  simdjson::ondemand::document document;
  if (const auto code = state_->parser.iterate(state_->padded).get(document))
    return JsonError(code);
  simdjson::ondemand::object object;
  if (const auto code = document.get_object().get(object)) return JsonError(code);
  Row row;
  std::size_t position = 0;
  for (auto member : object) {
    std::string_view name;
    if (const auto code = member.unescaped_key().get(name)) return JsonError(code);
    const auto* column = FindColumn<Row>(name, position);
    ++position;
    if (column == nullptr) continue;
    JsonValue value;
    if (const auto code = member.value().get(value)) return JsonError(code);
    auto status = std::visit(
        [&](auto field) { return ReadField(state_->reader, value, row, field); }, column->field);
    if (!status) return std::move(status).error().WithContext(name);
  }
  if (!IsAtEnd(document)) return MalformedError("not valid JSON: more text follows the object");
  if constexpr (std::is_base_of_v<Market, Row>) FillFromOlder(row);
  return row;
}

#define POLYHOUSE_ENTRY(Row)                    \
  template std::string EncodeEntry(const Row&); \
  template class EntryDecoder<Row>;
POLYHOUSE_EACH_ROW(POLYHOUSE_ENTRY)

}  // namespace polyhouse
