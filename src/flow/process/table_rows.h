#pragma once

#include <string_view>

#include "base/result.h"
#include "codec/entry_codec.h"
#include "codec/row_block.h"

namespace polyhouse {

/// The end of a SELECT whose rows an EntryDecoder reads.
inline constexpr std::string_view kAsEntries =
    " SETTINGS output_format_json_quote_64bit_integers = 0, output_format_json_quote_decimals = 1, "
    "date_time_output_format = 'iso' FORMAT "
    "JSONEachRow";

/// Gives each row of such an answer, and its text, to `on_row` as a Result.
template <class Row, class OnRow>
void EachTableRow(EntryDecoder<Row>& decoder, std::string_view answer, OnRow on_row) {
  RowTexts texts(answer, kLinesVersion);
  for (std::string_view text; texts.Next(text);) {
    if (!text.empty()) on_row(decoder.Decode(text), text);
  }
}

}  // namespace polyhouse
