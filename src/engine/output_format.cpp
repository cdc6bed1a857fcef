#include "engine/output_format.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/lower_case.h"

namespace polyhouse::engine {
namespace {

constexpr std::string_view kTsv = "text/tab-separated-values; charset=UTF-8";
constexpr std::string_view kCsv = "text/csv; charset=UTF-8; header=absent";
constexpr std::string_view kCsvHeader = "text/csv; charset=UTF-8; header=present";
constexpr std::string_view kJson = "application/json; charset=UTF-8";
constexpr std::string_view kNdjson = "application/x-ndjson; charset=UTF-8";
constexpr std::string_view kBytes = "application/octet-stream";
constexpr std::string_view kText = "text/plain; charset=UTF-8";

struct Row {
  std::string_view lower_name;
  std::string_view content_type;
  OutputPieces pieces = OutputPieces::kWhole;
  OutputHeader header = OutputHeader::kNone;
  std::size_t header_rows = 0;
};

// Which formats may be joined was found by comparing both calls of libchdb 26.7.3 byte by byte;
// tests/engine repeats the comparison.
constexpr std::array kRows = {
    Row{"tabseparated", kTsv, OutputPieces::kJoin},
    Row{"tsv", kTsv, OutputPieces::kJoin},
    Row{"tabseparatedraw", kTsv, OutputPieces::kJoin},
    Row{"tsvraw", kTsv, OutputPieces::kJoin},
    Row{"raw", kTsv, OutputPieces::kJoin},
    Row{"tabseparatedwithnames", kTsv, OutputPieces::kHeader, OutputHeader::kLines, 1},
    Row{"tsvwithnames", kTsv, OutputPieces::kHeader, OutputHeader::kLines, 1},
    Row{"tabseparatedwithnamesandtypes", kTsv, OutputPieces::kHeader, OutputHeader::kLines, 2},
    Row{"tsvwithnamesandtypes", kTsv, OutputPieces::kHeader, OutputHeader::kLines, 2},
    Row{"csv", kCsv, OutputPieces::kJoin},
    Row{"csvwithnames", kCsvHeader, OutputPieces::kHeader, OutputHeader::kCsvLines, 1},
    Row{"csvwithnamesandtypes", kCsvHeader, OutputPieces::kHeader, OutputHeader::kCsvLines, 2},
    Row{"jsoneachrow", kNdjson, OutputPieces::kJoin},
    Row{"jsonlines", kNdjson, OutputPieces::kJoin},
    Row{"ndjson", kNdjson, OutputPieces::kJoin},
    Row{"jsonstringseachrow", kNdjson, OutputPieces::kJoin},
    Row{"jsoncompacteachrow", kNdjson, OutputPieces::kJoin},
    Row{"jsoncompactstringseachrow", kNdjson, OutputPieces::kJoin},
    Row{"jsoncompacteachrowwithnames", kNdjson, OutputPieces::kHeader, OutputHeader::kLines, 1},
    Row{"jsoncompacteachrowwithnamesandtypes",
        kNdjson,
        OutputPieces::kHeader,
        OutputHeader::kLines,
        2},
    Row{"native", kBytes, OutputPieces::kJoin},
    Row{"rowbinary", kBytes, OutputPieces::kJoin},
    Row{"rowbinarywithnames", kBytes, OutputPieces::kHeader, OutputHeader::kBinary, 1},
    Row{"rowbinarywithnamesandtypes", kBytes, OutputPieces::kHeader, OutputHeader::kBinary, 2},
    Row{"msgpack", kBytes, OutputPieces::kJoin},
    Row{"bsoneachrow", kBytes, OutputPieces::kJoin},
    Row{"protobuf", kBytes, OutputPieces::kJoin},
    Row{"lineasstring", kText, OutputPieces::kJoin},
    Row{"tskv", kTsv, OutputPieces::kJoin},
    Row{"json", kJson},
    Row{"jsonstrings", kJson},
    Row{"jsoncompact", kJson},
    Row{"jsoncompactstrings", kJson},
    Row{"jsoncolumns", kJson},
    Row{"jsoncompactcolumns", kJson},
    Row{"jsoncolumnswithmetadata", kJson},
    Row{"jsonobjecteachrow", kJson},
    Row{"jsoneachrowwithprogress", kNdjson},
    Row{"xml", "application/xml; charset=UTF-8"},
    Row{"markdown", "text/markdown; charset=UTF-8"},
    Row{"parquet", kBytes, OutputPieces::kPipe},
    Row{"arrow", kBytes, OutputPieces::kPipe},
    Row{"arrowstream", kBytes, OutputPieces::kPipe},
    Row{"orc", kBytes},
    Row{"avro", kBytes},
    Row{"npy", kBytes},
    Row{"protobuflist", kBytes},
    Row{"capnproto", kBytes},
};

/// Lines end at a line feed; inside double quotes (CSV) they do not.
std::optional<std::size_t> EndOfLines(std::string_view piece, std::size_t lines, bool quoted) {
  bool inside = false;
  for (std::size_t at = 0; at < piece.size(); ++at) {
    if (quoted && piece[at] == '"') inside = !inside;
    if (piece[at] == '\n' && !inside && --lines == 0) return at + 1;
  }
  return std::nullopt;
}

/// Reads a LEB128 number as RowBinary writes it.
std::optional<std::uint64_t> TakeNumber(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return number;
  }
  return std::nullopt;
}

/// RowBinary's header: the number of columns, then that many strings per header row.
std::optional<std::size_t> EndOfBinaryHeader(std::string_view piece, std::size_t rows) {
  auto rest = piece;
  const auto columns = TakeNumber(rest);
  if (!columns || *columns > piece.size()) return std::nullopt;
  for (std::uint64_t i = 0; i < *columns * rows; ++i) {
    const auto length = TakeNumber(rest);
    if (!length || *length > rest.size()) return std::nullopt;
    rest.remove_prefix(*length);
  }
  return piece.size() - rest.size();
}

}  // namespace

OutputFormat OutputFormatNamed(std::string_view name) {
  const std::string lower = LowerCase(name);
  const auto row = std::find_if(
      kRows.begin(), kRows.end(), [&](const Row& each) { return each.lower_name == lower; });
  if (row == kRows.end()) {
    return {.name = std::string(name), .content_type = std::string(kText)};
  }
  return {std::string(name),
          std::string(row->content_type),
          row->pieces,
          row->header,
          row->header_rows};
}

std::optional<std::size_t> HeaderLength(const OutputFormat& format, std::string_view piece) {
  switch (format.header) {
    case OutputHeader::kNone:
      return 0;
    case OutputHeader::kLines:
      return EndOfLines(piece, format.header_rows, false);
    case OutputHeader::kCsvLines:
      return EndOfLines(piece, format.header_rows, true);
    case OutputHeader::kBinary:
      return EndOfBinaryHeader(piece, format.header_rows);
  }
  return std::nullopt;
}

}  // namespace polyhouse::engine
