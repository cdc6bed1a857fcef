#include "codec/row_block.h"

#include <algorithm>

#include "codec/entry_codec.h"

namespace polyhouse {

void AppendRow(std::string& payload, std::string_view row) {
  if (!payload.empty()) payload += '\n';
  payload += row;
}

RowTexts::RowTexts(std::string_view payload, int version)
    : rest_(payload), is_lines_(version == kLinesVersion) {}

bool RowTexts::Next(std::string_view& row) {
  if (at_end_) return false;
  const auto end = is_lines_ ? std::min(rest_.find('\n'), rest_.size()) : rest_.size();
  row = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  at_end_ = rest_.empty();
  return true;
}

}  // namespace polyhouse
