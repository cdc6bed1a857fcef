#include "recording.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "adapters/files/archive_files.h"
#include "adapters/files/archive_reader.h"
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

  /// What the API is known to send now and then, broken answers and records without an id, is left
  /// out: an archive keeps it all.
  void ReadAnswer(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::element checked;
    if (parser.parse(body).get(checked) == simdjson::SUCCESS) ReadAny(body);
  }

  Recording Finish() {
    markets_.erase(0);
    events_.erase(0);
    nested_.erase(0);
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

/// An answer of the archive: those of both listings are put in the order in which they were given.
struct Answer {
  std::size_t file = 0;
  ArchivedFrame frame;
};

ArchivedListings ArchivedHere() {
  return {"markets", "events"};
}

Result<Recording> ReadArchive(const std::string& directory) {
  const auto found = FindArchiveFiles({directory}, ArchivedHere());
  if (!found) return found.error();
  std::vector<ArchiveBodies> bodies;
  std::vector<Answer> answers;
  for (const ArchiveFile& file : found->files) {
    auto opened = ArchiveBodies::Open(file);
    if (!opened) return ConfigError(opened.error().message);
    ArchiveIndex index(file);
    for (auto line = index.Next(); !line || *line; line = index.Next()) {
      if (!line) return ConfigError(file.index() + ": " + line.error().message + ".");
      const auto* frame = std::get_if<ArchivedFrame>(&**line);
      if (frame == nullptr || frame->status != 200 || opened->IsCutOff(*frame)) continue;
      answers.push_back({bodies.size(), *frame});
    }
    bodies.push_back(std::move(*opened));
  }
  std::ranges::stable_sort(answers, {}, [](const Answer& answer) { return answer.frame.version; });
  RecordingReader reader;
  for (const Answer& answer : answers) {
    const auto body = bodies[answer.file].Read(answer.frame);
    if (!body) {
      return ConfigError(found->files[answer.file].bodies() + ", the answer at byte " +
                         std::to_string(answer.frame.offset) + ": " + body.error().message + ".");
    }
    reader.ReadAnswer(*body);
  }
  return reader.Finish();
}

}  // namespace

Result<Recording> ReadRecordings(const std::string& directory) {
  if (HasArchive(directory, ArchivedHere())) return ReadArchive(directory);
  RecordingReader reader;
  for (const fs::path& file : RecordingFiles(directory)) {
    if (Status status = reader.ReadFile(file); !status) return status.error();
  }
  Recording recording = reader.Finish();
  if (recording.markets.empty() && recording.events.empty()) {
    return ConfigError(
        "There are no recordings in " + directory +
        ": gamma_markets/*.json or gamma_events/*.json must exist in it, or the files "
        "of an archive.");
  }
  return recording;
}

}  // namespace polyhouse
