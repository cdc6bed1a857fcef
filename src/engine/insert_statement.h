#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse::engine {

/// An INSERT that brings its data along: where its statement ends and its data begins.
struct InsertStatement {
  std::string sql;             ///< Without FORMAT clause, as the insert stream wants it.
  std::string format;          ///< Such as "Native"; "Values" for VALUES.
  std::size_t data_begin = 0;  ///< Where the data starts in the text that was looked at.
};

/// What the beginning of a request's text turned out to be.
enum class InsertSearch {
  kFound,     ///< An INSERT with data.
  kOther,     ///< A statement to run as it is.
  kNeedMore,  ///< Cannot be told yet: look again when more of the text has arrived.
};

/// Whether a text is still arriving.
enum class TextState { kPartial, kWhole };

/// Looks for the end of an INSERT statement at the beginning of `text`, which may be followed by
/// any bytes: nothing behind `data_begin` is looked at. `insert` is set only for kFound; `text` is
/// not kept. The data begin where ClickHouse says: after FORMAT name, spaces and one line end.
InsertSearch FindInsert(std::string_view text,
                        TextState state,
                        std::optional<InsertStatement>& insert);

}  // namespace polyhouse::engine
