#include "exports/arrow_rows.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace polyhouse {
namespace {

constexpr std::string_view kMagic = "ARROW1";
constexpr std::size_t kPrefixBytes = 8;  ///< The mark of a message, and its metadata's length.
constexpr std::uint32_t kMark = 0xFFFFFFFF;
constexpr std::uint64_t kLongestMetadata = 64U << 20U;

template <class Number>
std::optional<Number> NumberAt(std::string_view bytes, std::size_t at) {
  Number number{};
  if (at > bytes.size() || bytes.size() - at < sizeof number) return {};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// A table of a FlatBuffer (flatbuffers.dev: internals).
class FlatTable {
 public:
  FlatTable(std::string_view buffer, std::size_t at) : buffer_(buffer), at_(at) {}

  /// Where the value of a field stands; empty when it has its default.
  std::optional<std::size_t> Field(std::size_t index) const {
    const auto back = NumberAt<std::int32_t>(buffer_, at_);
    if (!back) return {};
    const auto table = static_cast<std::int64_t>(at_) - *back;
    if (table < 0) return {};
    const auto start = static_cast<std::size_t>(table);
    const auto size = NumberAt<std::uint16_t>(buffer_, start);
    const std::size_t entry = 4 + 2 * index;
    if (!size || entry + 2 > *size) return {};
    const auto offset = NumberAt<std::uint16_t>(buffer_, start + entry);
    if (!offset || *offset == 0) return {};
    return at_ + *offset;
  }
  template <class Number>
  Number Value(std::size_t index) const {
    const auto at = Field(index);
    return at ? NumberAt<Number>(buffer_, *at).value_or(Number{}) : Number{};
  }
  std::optional<FlatTable> Table(std::size_t index) const {
    const auto at = Field(index);
    const auto offset = at ? NumberAt<std::uint32_t>(buffer_, *at) : std::nullopt;
    if (!offset) return {};
    return FlatTable(buffer_, *at + *offset);
  }

 private:
  std::string_view buffer_;
  std::size_t at_;
};

}  // namespace

void ArrowRows::Expect(Part part, std::uint64_t size) {
  part_ = part;
  missing_ = size;
  gathered_.clear();
}

void ArrowRows::Add(std::string_view bytes) {
  while (!bytes.empty() && part_ != Part::kWrong) {
    if (part_ == Part::kFooter) {
      gathered_ += bytes;
      if (gathered_.size() > kMagic.size()) gathered_.erase(0, gathered_.size() - kMagic.size());
      return;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, bytes.size()));
    if (part_ != Part::kBody) gathered_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    missing_ -= size;
    if (missing_ == 0) TakeGathered();
  }
}

void ArrowRows::TakeGathered() {
  if (part_ == Part::kMetadata) return TakeMetadata();
  if (part_ == Part::kMagic && !gathered_.starts_with(kMagic)) return Expect(Part::kWrong, 0);
  if (part_ != Part::kPrefix) return Expect(Part::kPrefix, kPrefixBytes);
  const auto mark = NumberAt<std::uint32_t>(gathered_, 0);
  const auto length = NumberAt<std::uint32_t>(gathered_, 4);
  if (mark != kMark || *length > kLongestMetadata) return Expect(Part::kWrong, 0);
  Expect(*length == 0 ? Part::kFooter : Part::kMetadata, *length);
}

void ArrowRows::TakeMetadata() {
  constexpr std::size_t kHeaderType = 1;
  constexpr std::size_t kHeader = 2;
  constexpr std::size_t kBodyLength = 3;
  constexpr std::uint8_t kRecordBatch = 3;
  const FlatTable message(gathered_, NumberAt<std::uint32_t>(gathered_, 0).value_or(0));
  const auto body = message.Value<std::int64_t>(kBodyLength);
  const auto batch = message.Table(kHeader);
  if (!batch || body < 0) return Expect(Part::kWrong, 0);
  if (message.Value<std::uint8_t>(kHeaderType) == kRecordBatch) {
    rows_ += static_cast<std::uint64_t>(batch->Value<std::int64_t>(0));
  }
  if (body == 0) return Expect(Part::kPrefix, kPrefixBytes);
  Expect(Part::kBody, static_cast<std::uint64_t>(body));
}

Result<std::uint64_t> ArrowRows::Finish() {
  if (part_ == Part::kFooter && gathered_ == kMagic) return rows_;
  return MalformedError("the result breaks off: an Arrow file begins and ends with ARROW1");
}

}  // namespace polyhouse
