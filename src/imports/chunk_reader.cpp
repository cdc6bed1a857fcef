#include "imports/chunk_reader.h"

namespace polyhouse {
namespace {

constexpr std::string_view kBlank = " \t\r";

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(kBlank) == std::string_view::npos;
}

}  // namespace

std::string_view ChunkLayout::format_name() const {
  switch (format) {
    case FileFormat::kCsv:
      return "CSVWithNames";
    case FileFormat::kJsonLines:
      return "JSONEachRow";
    case FileFormat::kParquet:
      return "Parquet";
  }
  return "";
}

std::string ChunkLayout::Head() const {
  if (format != FileFormat::kCsv) return {};
  return std::string("import_line,") + (counts_repeats ? "import_occurrence," : "") + header +
         ",import_surplus\n";
}

bool ChunkLayout::CanBeRow(std::string_view text) const {
  if (format != FileFormat::kJsonLines) return true;
  const auto open = text.find_first_not_of(kBlank);
  if (open == std::string_view::npos || text[open] != '{') return false;
  const auto next = text.find_first_not_of(kBlank, open + 1);
  return next != std::string_view::npos && text[next] == '"';
}

void ChunkLayout::Append(std::string& body,
                         std::uint64_t line,
                         std::uint32_t repeats,
                         std::string_view text) const {
  if (format == FileFormat::kJsonLines) {
    body += "{\"import_line\":" + std::to_string(line) + ",";
    body += text.substr(text.find('{') + 1);
  } else {
    body += std::to_string(line) + ",";
    if (counts_repeats) body += std::to_string(repeats) + ",";
    body += text;
  }
  body += '\n';
}

Result<bool> ChunkReader::SkipTo(const Checkpoint& checkpoint) {
  std::uint64_t at = 0;
  while (at < checkpoint.offset) {
    const auto record = records_.Next();
    if (!record) return record.error();
    if (!*record) return false;
    if (counts_repeats_ && !IsBlank((*record)->text)) repeats_.Count((*record)->text);
    at = (*record)->end;
    end_line_ = (*record)->line;
  }
  end_ = at;
  return at == checkpoint.offset && records_.hash() == checkpoint.hash;
}

Result<std::optional<Chunk>> ChunkReader::Next() {
  Chunk chunk{.number = chunks_};
  chunk.text.reserve(chunk_bytes_);
  bool any = false;
  while (chunk.text.size() < chunk_bytes_) {
    const auto record = records_.Next();
    if (!record) return record.error();
    if (!*record) break;
    any = true;
    const FileRecord& row = **record;
    // A last line without its end may grow yet: the next import reads it again.
    if (row.has_end) {
      end_ = row.end;
      end_line_ = row.line;
    }
    if (IsBlank(row.text)) continue;
    const std::uint32_t repeats = counts_repeats_ ? repeats_.Count(row.text) : 0;
    chunk.rows.push_back({row.line,
                          repeats,
                          static_cast<std::uint32_t>(chunk.text.size()),
                          static_cast<std::uint32_t>(row.text.size())});
    chunk.text += row.text;
  }
  if (!any) return std::optional<Chunk>();
  ++chunks_;
  chunk.end = end_;
  chunk.end_line = end_line_;
  chunk.hash = records_.hash();
  return chunk;
}

}  // namespace polyhouse
