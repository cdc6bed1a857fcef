#pragma once

#include <string>

#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "ports/entry.h"

namespace polyhouse {

/// The rows of a block on their way into their stream.
template <class Row>
NewEntry BlockEntry(NativeBlock<Row>& block, std::string timestamp) {
  NewEntry entry{.timestamp = std::move(timestamp),
                 .version = kBlockVersion,
                 .rows = static_cast<std::uint32_t>(block.rows())};
  for (const std::string_view piece : block.Pieces()) entry.data += piece;
  return entry;
}

}  // namespace polyhouse
