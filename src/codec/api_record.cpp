#include "codec/api_record.h"

#include "codec/row_types.h"

namespace polyhouse {
namespace {

void NoteUnreadable(std::string& unreadable, std::string_view field, std::string_view why) {
  if (!unreadable.empty()) unreadable += "; ";
  unreadable.append("field ").append(field).append(": ").append(why);
}

/// Which list holds the tokens depends on the position system that the record names
/// (docs.polymarket.com/migrate/polymarket-v2). Of an unknown system no token is guessed,
/// nor of one that cannot be read.
void ChooseTokens(Draft<Market>& draft, std::string& unreadable) {
  if (!draft.protocol_is_readable) {
    draft.tokens.clear();
  } else if (draft.protocol == "v2") {
    draft.tokens = draft.position_ids;
  } else if (!draft.protocol.empty() && draft.protocol != "v1") {
    draft.tokens.clear();
    NoteUnreadable(unreadable, "version", "unknown position system \"" + draft.protocol + "\"");
  }
}

void Finish(Draft<Market>& draft, std::string& unreadable) {
  ChooseTokens(draft, unreadable);
  auto& status = draft.resolution_status;
  bool is_known = draft.resolution_is_readable;
  if (status.empty() && !draft.uma_statuses.empty()) {
    // UMA has been asked, and its last word is not there.
    is_known = is_known && !SaysNone(draft.uma_statuses.back());
    if (!SaysNone(draft.uma_statuses.back())) status = draft.uma_statuses.back();
  }
  if (status.empty()) status = draft.own_resolution_status;
  if (status.empty() && !is_known) return;
  draft.winner_index = WinnerIndexOf(draft);
  if (draft.winner_index >= 0) {
    draft.winner = draft.outcomes[static_cast<std::size_t>(draft.winner_index)];
  }
}

/// Of all others.
template <class Row>
void Finish(Draft<Row>&, std::string&) {}

}  // namespace

template <class Row>
Status ApiRecordReader<Row>::ReadFields(simdjson::ondemand::object record,
                                        Draft<Row>& draft,
                                        std::string& unreadable) {
  return ForEachField(record, [&](std::string_view name, JsonValue value) {
    if (const auto fault = reader_.replaced().FaultOf(name); !fault.empty()) {
      NoteUnreadable(unreadable, name, std::string(fault) + " in its name");
      return Ok();
    }
    const auto* field = FindApiField<Row>(name);
    if (field == nullptr) {
      const auto known = unknown_fields_.find(name);
      ++(known != unknown_fields_.end() ? known->second : unknown_fields_[std::string(name)]);
      return Ok();
    }
    if (field->read == nullptr) return Ok();
    auto status = field->read(reader_, value, draft);
    if (status || name == "id") return status;
    NoteUnreadable(unreadable, name, status.error().message);
    return Ok();
  });
}

template <class Row>
Result<ReadRow<Row>> ApiRecordReader<Row>::Read(simdjson::ondemand::object record,
                                                std::uint64_t version,
                                                ReplacedBytes replaced) {
  Draft<Row> draft;
  reader_.SetReplaced(replaced);
  std::string unreadable;
  if (auto status = ReadFields(record, draft, unreadable); !status) {
    return std::move(status).error();
  }
  if (draft.id.empty()) return MalformedError("field id: missing");
  Finish(draft, unreadable);
  draft.version = version;
  return ReadRow<Row>{static_cast<Row&&>(draft), std::move(unreadable)};
}

#define POLYHOUSE_READER(Row) template class ApiRecordReader<Row>;
POLYHOUSE_EACH_API_ROW(POLYHOUSE_READER)
#undef POLYHOUSE_READER

}  // namespace polyhouse
