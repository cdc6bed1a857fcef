#pragma once

#include <string>

#include "codec/block_reader.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "fuzz/expectation.h"

namespace polyhouse {

template <class Row>
std::string BlockOf(const Row& row) {
  NativeBlock<Row> block;
  block.Append(row);
  std::string bytes;
  for (const std::string_view piece : block.Pieces()) bytes += piece;
  return bytes;
}

/// A row that was decoded must pass through a stream, as text and as a block, and come out as it
/// was: else the writer would find a dead letter in what the ingester took for good.
template <class Row>
void ExpectToBeStored(const Row& row) {
  const std::string text = EncodeEntry(row);
  EntryDecoder<Row> decoder;
  const auto decoded = decoder.Decode(text);
  Expect(decoded.has_value(), "an entry can be read");
  Expect(EncodeEntry(*decoded) == text, "an entry is read as it was written");

  const std::string block = BlockOf(row);
  const auto rows = ReadBlock<Row>(block);
  Expect(rows && rows->size() == 1, "a block can be read");
  Expect(BlockOf(rows->front()) == block, "a block is read as it was written");
}

}  // namespace polyhouse
