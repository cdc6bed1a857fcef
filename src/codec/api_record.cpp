#include "codec/api_record.h"

#include "codec/api_fields.h"

namespace polyhouse {
namespace {

/// Which list holds the tokens depends on the position system that the record names
/// (docs.polymarket.com/migrate/polymarket-v2): an unknown system is refused, not guessed.
Status Finish(Draft<Market>& draft) {
  if (draft.position_system == "v2") {
    draft.tokens = std::move(draft.position_ids);
  } else if (!draft.position_system.empty() && draft.position_system != "v1") {
    return MalformedError("field version: unknown position system \"" + draft.position_system +
                          "\"");
  }
  if (draft.resolution_status.empty()) draft.resolution_status = draft.own_resolution_status;
  draft.winner = WinnerOf(draft);
  return Ok();
}

Status Finish(Draft<Event>&) {
  return Ok();
}

}  // namespace

template <class Row>
Result<Row> ApiRecordReader<Row>::Read(simdjson::ondemand::object record, std::uint64_t version) {
  Draft<Row> draft;
  auto status = ForEachField(record, [&](std::string_view name, JsonValue value) {
    if (const auto* field = FindApiField<Row>(name)) {
      return field->read == nullptr ? Ok() : field->read(reader_, value, draft);
    }
    const auto known = unknown_fields_.find(name);
    ++(known != unknown_fields_.end() ? known->second : unknown_fields_[std::string(name)]);
    return Ok();
  });
  if (!status) return std::move(status).error();
  if (draft.id.empty()) return MalformedError("field id: missing");
  if (auto finished = Finish(draft); !finished) return std::move(finished).error();
  draft.version = version;
  return static_cast<Row&&>(draft);
}

template class ApiRecordReader<Market>;
template class ApiRecordReader<Event>;

}  // namespace polyhouse
