#include "imports/chunk_reader.h"

#include <array>
#include <charconv>

namespace polyhouse {
namespace {

constexpr std::string_view kBlank = " \t\r";

/// With the comma behind it.
void AppendNumber(std::string& body, std::uint64_t number) {
  std::array<char, 24> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  *end = ',';
  body.append(digits.data(), end + 1);
}

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

std::size_t ChunkLayout::Append(std::string& body,
                                std::uint64_t line,
                                std::uint32_t repeats,
                                std::string_view text) const {
  const std::size_t begin = body.size();
  if (format == FileFormat::kJsonLines) {
    body += "{\"import_line\":";
    text.remove_prefix(text.find('{') + 1);
  }
  AppendNumber(body, line);
  if (counts_repeats) AppendNumber(body, repeats);
  const std::size_t own = body.size() - begin;
  body.append(text.data(), text.size());
  body += '\n';
  return own;
}

Result<bool> ChunkReader::SkipTo(const Checkpoint& checkpoint) {
  std::uint64_t at = 0;
  while (at < checkpoint.offset) {
    const auto record = records_.Next();
    if (!record) return record.error();
    if (!*record) return false;
    if (layout_.counts_repeats && !IsBlank((*record)->text)) repeats_.Count((*record)->text);
    at = (*record)->end;
    end_line_ = (*record)->line;
  }
  end_ = at;
  return at == checkpoint.offset && records_.hash() == checkpoint.hash;
}

void ChunkReader::Add(const FileRecord& record, Chunk& chunk) {
  if (!layout_.CanBeRow(record.text)) {
    chunk.impossible.emplace_back(record.line, record.text);
    return;
  }
  const std::uint32_t repeats = layout_.counts_repeats ? repeats_.Count(record.text) : 0;
  const std::size_t begin = chunk.body.size();
  const std::size_t text = layout_.Append(chunk.body, record.line, repeats, record.text);
  chunk.rows.push_back({record.line,
                        static_cast<std::uint32_t>(begin),
                        static_cast<std::uint32_t>(chunk.body.size() - begin),
                        static_cast<std::uint32_t>(text)});
}

Result<std::optional<Chunk>> ChunkReader::Next() {
  Chunk chunk{.number = chunks_, .opening = layout_.opening()};
  chunk.body.reserve(chunk_bytes_ + chunk_bytes_ / 16);
  chunk.body = layout_.Head();
  const std::size_t enough = chunk.body.size() + chunk_bytes_;
  bool any = false;
  while (chunk.body.size() < enough) {
    const auto record = records_.Next();
    if (!record) return record.error();
    if (!*record) break;
    any = true;
    // A last line without its end may grow yet: the next import reads it again.
    if ((*record)->has_end) {
      end_ = (*record)->end;
      end_line_ = (*record)->line;
    }
    if (!IsBlank((*record)->text)) Add(**record, chunk);
  }
  if (!any) return std::optional<Chunk>();
  ++chunks_;
  chunk.end = end_;
  chunk.end_line = end_line_;
  chunk.hash = records_.hash();
  return chunk;
}

}  // namespace polyhouse
