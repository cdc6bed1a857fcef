#pragma once

#include <string_view>
#include <vector>

#include "codec/block_reader.h"
#include "codec/entry_codec.h"
#include "codec/row_block.h"
#include "flow/write/batch.h"

namespace polyhouse {

/// The rows of an entry, in whatever form it is. What cannot be read is left out: the writer of its
/// stream makes dead letters of it.
template <class Row>
std::vector<Row> EntryRows(EntryDecoder<Row>& decoder, const Entry& entry) {
  std::vector<Row> rows;
  if (!IsReadable(entry)) return rows;
  if (entry.version == kBlockVersion) {
    auto of_block = ReadBlock<Row>(entry.data);
    return of_block ? std::move(*of_block) : rows;
  }
  RowTexts texts(entry.data, entry.version);
  for (std::string_view text; texts.Next(text);) {
    if (auto row = decoder.Decode(text)) rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace polyhouse
