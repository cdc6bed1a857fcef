#include "codec/archive_line.h"

#include "base/json_text.h"
#include "base/number_text.h"
#include "codec/json_values.h"

namespace polyhouse {
namespace {

Status ReadHex(std::string_view text, std::uint64_t& hash) {
  if (text.size() == 16 && ReadNumber(text, hash, 16)) return Ok();
  return MalformedError("expected 16 hex digits");
}

/// Everything that a line of either kind may say.
struct Members {
  ArchivedFrame frame;
  StoredNote note;
  bool has_frame = false;
  bool has_note = false;

  Status Read(JsonReader& reader, std::string_view name, JsonValue value) {
    if (name == "version") return reader.Read(value, frame.version);
    if (name == "url") return reader.Read(value, frame.url);
    if (name == "status") return ReadStatus(reader, value);
    if (name == "offset") return reader.Read(value, frame.offset);
    if (name == "length") return reader.Read(value, frame.length);
    if (name == "body_length") return reader.Read(value, frame.body_length);
    if (name == "hash") return ReadHash(reader, value);
    if (name == "stored") return reader.Read(value, note.version);
    if (name == "ids") return reader.Read(value, note.ids);
    if (name == "ledger") return ReadLedger(reader, value);
    if (name == "timestamp") return reader.Read(value, note.timestamp);
    return Ok();
  }

 private:
  Status ReadStatus(JsonReader& reader, JsonValue value) {
    std::uint32_t status = 0;
    auto read = reader.Read(value, status);
    frame.status = static_cast<int>(status);
    return read;
  }

  /// The last member of an answer's line.
  Status ReadHash(JsonReader& reader, JsonValue value) {
    std::string text;
    has_frame = true;
    if (auto status = reader.Read(value, text); !status) return status;
    return ReadHex(text, frame.hash);
  }

  Status ReadLedger(JsonReader& reader, JsonValue value) {
    has_note = true;
    return reader.Read(value, note.ledger);
  }
};

}  // namespace

std::string ToLine(const ArchivedFrame& frame) {
  std::string line = "{\"version\":" + std::to_string(frame.version) + ",\"url\":";
  AppendJsonString(line, frame.url);
  return line + ",\"status\":" + std::to_string(frame.status) +
         ",\"offset\":" + std::to_string(frame.offset) +
         ",\"length\":" + std::to_string(frame.length) +
         ",\"body_length\":" + std::to_string(frame.body_length) + ",\"hash\":\"" +
         HexText(frame.hash) + "\"}";
}

std::string ToLine(const StoredNote& note) {
  std::string line = "{\"stored\":" + std::to_string(note.version) + ",\"ids\":[";
  for (std::size_t i = 0; i < note.ids.size(); ++i) {
    if (i > 0) line += ',';
    AppendJsonString(line, note.ids[i]);
  }
  AppendJsonString(line += "],\"ledger\":", note.ledger);
  AppendJsonString(line += ",\"timestamp\":", note.timestamp);
  return line + "}";
}

Result<ArchiveLine> ParseArchiveLine(std::string_view line) {
  const simdjson::padded_string text(line);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (const auto code = parser.iterate(text).get(document)) return JsonError(code);
  if (const auto code = document.get_object().get(object)) return JsonError(code);
  JsonReader reader;
  Members members;
  const auto read = [&](std::string_view name, JsonValue value) {
    return members.Read(reader, name, value);
  };
  if (auto status = ForEachField(object, read); !status) return std::move(status).error();
  if (!IsAtEnd(document)) return MalformedError("there is something behind the object");
  if (members.has_frame == members.has_note) return MalformedError("it is of no known kind");
  if (members.has_note) return ArchiveLine(std::move(members.note));
  return ArchiveLine(std::move(members.frame));
}

}  // namespace polyhouse
