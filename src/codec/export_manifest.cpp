#include "codec/export_manifest.h"

#include <algorithm>
#include <numeric>

#include "base/json_text.h"
#include "codec/json_values.h"

namespace polyhouse {
namespace {

using simdjson::ondemand::document;
using simdjson::ondemand::object;

/// Builds an object; every field but the first has a separator before it.
class JsonObject {
 public:
  explicit JsonObject(std::string_view separator) : separator_(separator) {}

  JsonObject& Add(std::string_view name, std::string_view text) {
    Begin(name);
    AppendJsonString(text_, text);
    return *this;
  }
  JsonObject& Add(std::string_view name, std::uint64_t number) {
    Begin(name) += std::to_string(number);
    return *this;
  }
  JsonObject& AddPlain(std::string_view name, std::string_view json) {
    Begin(name) += json;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string& Begin(std::string_view name) {
    if (!text_.empty()) text_ += separator_;
    AppendJsonString(text_, name);
    return text_ += ": ";
  }

  std::string_view separator_;
  std::string text_;
};

std::string TextOf(const ExportedFile& file) {
  return "{" +
         JsonObject(", ")
             .Add("path", file.path)
             .Add("rows", file.rows)
             .Add("bytes", file.bytes)
             .Add("xxh128", file.hash)
             .Add("min_time", file.min_time)
             .Add("max_time", file.max_time)
             .Add("max_version", file.max_version)
             .text() +
         "}";
}

Status ReadFile(JsonReader& reader, object record, ExportedFile& file) {
  return ForEachField(record, [&](std::string_view name, JsonValue value) {
    if (name == "path") return reader.Read(value, file.path);
    if (name == "rows") return reader.Read(value, file.rows);
    if (name == "bytes") return reader.Read(value, file.bytes);
    if (name == "xxh128") return reader.Read(value, file.hash);
    if (name == "min_time") return reader.Read(value, file.min_time);
    if (name == "max_time") return reader.Read(value, file.max_time);
    if (name == "max_version") return reader.Read(value, file.max_version);
    return Ok();
  });
}

Status ReadFiles(JsonReader& reader, JsonValue value, ExportManifest& manifest) {
  return reader.ForEachObject(value, [&](object record) {
    return ReadFile(reader, record, manifest.files.emplace_back());
  });
}

Status ReadField(JsonReader& reader,
                 std::string_view name,
                 JsonValue value,
                 ExportManifest& manifest) {
  if (name == "program") return reader.Read(value, manifest.program);
  if (name == "schema_version") return reader.Read(value, manifest.schema);
  if (name == "source") return reader.Read(value, manifest.source);
  if (name == "sql") return reader.Read(value, manifest.sql);
  if (name == "format") return reader.Read(value, manifest.format);
  if (name == "time_column") return reader.Read(value, manifest.time_column);
  if (name == "since") return reader.Read(value, manifest.since);
  if (name == "until") return reader.Read(value, manifest.until);
  if (name == "partition") return reader.Read(value, manifest.partition);
  if (name == "written_at") return reader.Read(value, manifest.written_at);
  if (name == "complete") return reader.Read(value, manifest.is_complete);
  if (name == "files") return ReadFiles(reader, value, manifest);
  return Ok();
}

/// Of the earliest or the latest; empty texts are none.
template <class Better>
std::string Best(const ExportManifest& manifest, std::string ExportedFile::*time, Better better) {
  std::string best;
  for (const ExportedFile& file : manifest.files) {
    const std::string& own = file.*time;
    if (!own.empty() && (best.empty() || better(own, best))) best = own;
  }
  return best;
}

}  // namespace

std::uint64_t ExportManifest::rows() const {
  return std::accumulate(
      files.begin(), files.end(), std::uint64_t{0}, [](std::uint64_t sum, const auto& file) {
        return sum + file.rows;
      });
}

std::string ManifestText(const ExportManifest& manifest) {
  std::string files;
  for (const ExportedFile& file : manifest.files) {
    files += (files.empty() ? "\n    " : ",\n    ") + TextOf(file);
  }
  return "{\n  " +
         JsonObject(",\n  ")
             .Add("program", manifest.program)
             .Add("schema_version", manifest.schema)
             .Add("source", manifest.source)
             .Add("sql", manifest.sql)
             .Add("format", manifest.format)
             .Add("time_column", manifest.time_column)
             .Add("since", manifest.since)
             .Add("until", manifest.until)
             .Add("partition", manifest.partition)
             .Add("written_at", manifest.written_at)
             .AddPlain("complete", manifest.is_complete ? "true" : "false")
             .Add("rows", manifest.rows())
             .Add("min_time", Best(manifest, &ExportedFile::min_time, std::less<>()))
             .Add("max_time", Best(manifest, &ExportedFile::max_time, std::greater<>()))
             .AddPlain("files", "[" + files + (files.empty() ? "]" : "\n  ]"))
             .text() +
         "\n}\n";
}

Result<ExportManifest> ReadManifest(std::string_view text) {
  ExportManifest manifest;
  JsonReader reader;
  simdjson::ondemand::parser parser;
  const simdjson::padded_string padded(text);
  document root;
  if (const auto code = parser.iterate(padded).get(root)) return JsonError(code);
  object record;
  if (const auto code = root.get_object().get(record)) return JsonError(code);
  auto status = ForEachField(record, [&](std::string_view name, JsonValue value) {
    return ReadField(reader, name, value, manifest);
  });
  if (!status) return std::move(status).error();
  return manifest;
}

}  // namespace polyhouse
