#include "imports/record_reader.h"

#include <algorithm>
#include <cstring>

namespace polyhouse {
namespace {

constexpr std::size_t kPiece = 1U << 20U;

}  // namespace

RecordReader::RecordReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {
  XXH3_64bits_reset(hash_.get());
}

/// False at the end of the file.
Result<bool> RecordReader::Fill() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
    filled_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < filled_ + kPiece) buffer_.resize(filled_ + kPiece);
  const auto got = source_->Read(std::span(buffer_).subspan(filled_));
  if (!got) return got.error();
  filled_ += *got;
  at_end_ = *got == 0;
  return !at_end_;
}

Result<std::string_view> RecordReader::Peek(std::size_t size) {
  while (filled_ - begin_ < size) {
    const auto filled = Fill();
    if (!filled) return filled.error();
    if (!*filled) break;
  }
  return std::string_view(buffer_.data() + begin_, std::min(size, filled_ - begin_));
}

std::optional<std::size_t> RecordReader::FindEnd() {
  const std::string_view rest(buffer_.data() + begin_, filled_ - begin_);
  while (looked_ < rest.size()) {
    const auto line_break = rest.find('\n', looked_);
    const auto piece = rest.substr(looked_, line_break - looked_);
    if (ends_ == RecordEnds::kOutsideQuotes) {
      in_quotes_ ^= (std::count(piece.begin(), piece.end(), '"') % 2) != 0;
    }
    looked_ += piece.size();
    if (line_break == std::string_view::npos) return {};
    ++looked_;
    if (!in_quotes_) return looked_;
    if (looked_ > kLongest) return rest.find('\n') + 1;
  }
  return {};
}

FileRecord RecordReader::Take(std::size_t size, bool has_end) {
  const std::string_view whole(buffer_.data() + begin_, size);
  if (has_end) XXH3_64bits_update(hash_.get(), whole.data(), whole.size());
  FileRecord record{whole, line_, offset_ + size, has_end};
  if (has_end) record.text.remove_suffix(1);
  if (record.text.ends_with('\r')) record.text.remove_suffix(1);
  line_ += ends_ == RecordEnds::kAtEachLine
               ? 1U
               : static_cast<std::uint64_t>(std::count(whole.begin(), whole.end(), '\n'));
  offset_ += size;
  begin_ += size;
  looked_ = 0;
  in_quotes_ = false;
  return record;
}

Result<std::optional<FileRecord>> RecordReader::Next() {
  for (;;) {
    if (const auto end = FindEnd()) return Take(*end, true);
    const auto filled = Fill();
    if (!filled) return filled.error();
    if (*filled) continue;
    const std::string_view rest(buffer_.data() + begin_, filled_ - begin_);
    if (rest.empty()) return std::optional<FileRecord>();
    // Inside quotes that nobody has closed.
    const auto line_break = rest.find('\n');
    if (line_break != std::string_view::npos) return Take(line_break + 1, true);
    return Take(rest.size(), false);
  }
}

}  // namespace polyhouse
