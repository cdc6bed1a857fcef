#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse::engine {

/// How a result in a format can be sent on in pieces. libchdb's streaming call writes every block
/// of the result as a document of its own, with its own header and footer, so only for some formats
/// do the pieces make the same bytes as the whole.
enum class OutputPieces {
  kJoin,    ///< The pieces one after the other are the whole (TSV, JSONEachRow, Native, …).
  kHeader,  ///< So they are when the header of all but the first is left out (CSVWithNames, …).
  kPipe,   ///< One document, often a large one, which must be read while it is made (Parquet, …).
  kWhole,  ///< Only the call that returns the whole result is right (JSON, Pretty, …).
};

/// How a format's header can be told from its rows.
enum class OutputHeader { kNone, kLines, kCsvLines, kBinary };

/// What we know of an output format.
struct OutputFormat {
  std::string name;          ///< As the user wrote it.
  std::string content_type;  ///< As ClickHouse sends it.
  OutputPieces pieces = OutputPieces::kWhole;
  OutputHeader header = OutputHeader::kNone;
  std::size_t header_rows = 0;  ///< Names only: 1; names and types: 2.
};

/// Looks a format up by name, in any case. Unknown names get the cautious answer (kWhole, text):
/// whether they exist is for the engine to say.
OutputFormat OutputFormatNamed(std::string_view name);

/// The length of the header at the beginning of a piece; empty when the piece has no whole header.
std::optional<std::size_t> HeaderLength(const OutputFormat& format, std::string_view piece);

}  // namespace polyhouse::engine
