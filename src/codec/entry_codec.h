#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/table_spec.h"

namespace polyhouse {

/// The versions of a payload, the field `v` of an entry: one row, as EncodeEntry writes it; such
/// rows one a line (row_block.h); and a block of ClickHouse's Native format (native_block.h).
inline constexpr int kPayloadVersion = 1;
inline constexpr int kLinesVersion = 2;
inline constexpr int kBlockVersion = 3;
inline constexpr int kNewestVersion = kBlockVersion;

/// One row as the JSON object of a stream entry's `data` field: the columns of its TableSpec in
/// order (docs/stream_format.md). Strings must be UTF-8, which the parsers guarantee.
template <class Row>
std::string EncodeEntry(const Row& row);

/// The reverse of EncodeEntry. kMalformed when the text is not such an object. Unknown members are
/// ignored, missing ones keep their default: a newer or older program may have written the entry.
/// Not thread-safe per instance.
template <class Row>
class EntryDecoder {
 public:
  EntryDecoder();
  ~EntryDecoder();
  EntryDecoder(const EntryDecoder&) = delete;
  EntryDecoder& operator=(const EntryDecoder&) = delete;

  Result<Row> Decode(std::string_view data);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polyhouse
