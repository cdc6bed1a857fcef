#include "recording.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "json_scan.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;

using RowsById = std::map<std::uint64_t, RecordedRow>;

/// The text of a JSON string value, unescaped; empty when it is no string.
std::string TextOf(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  std::string_view text;
  if (parser.parse(simdjson::padded_string(json)).get(element) != simdjson::SUCCESS) return {};
  return element.get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::string TextField(std::string_view object, std::string_view key) {
  const auto value = FindField(object, key);
  return value ? TextOf(*value) : std::string();
}

RecordedRow ReadRow(std::string_view raw) {
  RecordedRow row;
  row.raw = raw;
  const std::string id = TextField(raw, "id");
  std::from_chars(id.data(), id.data() + id.size(), row.id);
  row.is_closed = FindField(raw, "closed").value_or("false") == "true";
  row.updated_at = TextField(raw, "updatedAt");
  row.slug = TextField(raw, "slug");
  row.condition_id = TextField(raw, "conditionId");
  const std::string tokens = TextField(raw, "clobTokenIds");
  for (const std::string_view token : ElementsOf(tokens)) row.token_ids.push_back(TextOf(token));
  row.tags = FindField(raw, "tags").value_or("");
  return row;
}

/// Files come in name order and rows in file order, so that a later equal one replaces.
void Keep(RowsById& rows, RecordedRow row) {
  const auto known = rows.find(row.id);
  if (known == rows.end() || known->second.updated_at <= row.updated_at) {
    rows.insert_or_assign(row.id, std::move(row));
  }
}

/// Takes files apart by what they contain, whatever their folder is called.
class RecordingReader {
 public:
  Status ReadFile(const fs::path& path) {
    simdjson::padded_string text;
    simdjson::dom::parser parser;
    simdjson::dom::element checked;
    if (simdjson::padded_string::load(path.string()).get(text) != simdjson::SUCCESS ||
        parser.parse(text).get(checked) != simdjson::SUCCESS) {
      return ConfigError("The recording " + path.string() + " is not readable JSON.");
    }
    ReadAny(std::string_view(text.data(), text.size()));
    return Ok();
  }

  Recording Finish() {
    for (auto& [id, row] : nested_) {
      if (!markets_.contains(id)) markets_.emplace(id, std::move(row));
    }
    Recording recording;
    for (auto& [id, row] : events_) recording.events.push_back(std::move(row));
    for (auto& [id, row] : markets_) {
      AddParentTags(row, recording.events);
      recording.markets.push_back(std::move(row));
    }
    return recording;
  }

 private:
  void ReadAny(std::string_view json) {
    for (const std::string_view element : ElementsOf(json)) ReadAny(element);
    const std::vector<JsonField> fields = FieldsOf(json);
    const auto has = [&](std::string_view key) {
      return std::ranges::any_of(fields,
                                 [key](const JsonField& field) { return field.key == key; });
    };
    if (has("conditionId") || has("outcomes") || has("question")) {
      Keep(markets_, ReadRow(json));
    } else if (has("id")) {
      ReadEvent(json);
    } else {
      for (const JsonField& field : fields) {
        if (field.key == "markets" || field.key == "events") ReadAny(field.value);
      }
    }
  }

  void ReadEvent(std::string_view json) {
    const std::string parents = "\"events\":[" + WithoutField(json, "markets") + "]";
    for (const std::string_view market : ElementsOf(FindField(json, "markets").value_or(""))) {
      Keep(nested_, ReadRow(WithFieldsAtEnd(market, parents)));
    }
    Keep(events_, ReadRow(json));
  }

  static void AddParentTags(RecordedRow& market, const std::vector<RecordedRow>& events) {
    if (!market.tags.empty()) return;
    const auto parents = ElementsOf(FindField(market.raw, "events").value_or(""));
    if (parents.empty()) return;
    const RecordedRow parent = ReadRow(parents.front());
    const auto at = std::ranges::lower_bound(events, parent.id, {}, &RecordedRow::id);
    if (at != events.end() && at->id == parent.id) market.tags = at->tags;
  }

  RowsById markets_;
  RowsById nested_;  ///< Markets seen inside events.
  RowsById events_;
};

std::vector<fs::path> RecordingFiles(const std::string& directory) {
  std::vector<fs::path> files;
  for (const char* folder : {"gamma_markets", "gamma_events"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(fs::path(directory) / folder, error)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files, {}, [](const fs::path& path) { return path.filename(); });
  return files;
}

}  // namespace

Result<Recording> ReadRecordings(const std::string& directory) {
  RecordingReader reader;
  for (const fs::path& file : RecordingFiles(directory)) {
    if (Status status = reader.ReadFile(file); !status) return status.error();
  }
  Recording recording = reader.Finish();
  if (recording.markets.empty() && recording.events.empty()) {
    return ConfigError("There are no recordings in " + directory +
                       ": gamma_markets/*.json or gamma_events/*.json must exist in it.");
  }
  return recording;
}

}  // namespace polyhouse
