#include "exports/parquet_rows.h"

#include <cstring>

namespace polyhouse {
namespace {

constexpr std::string_view kMagic = "PAR1";
constexpr std::size_t kEnd = 8;  ///< The footer's length and the magic again.

/// Types of the compact protocol (apache/thrift: doc/specs/thrift-compact-protocol.md).
enum ThriftType : std::uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

/// Reads a struct of Thrift, or passes over it. After a failure everything is empty or false.
class CompactReader {
 public:
  explicit CompactReader(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }

  std::uint64_t Number() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = Byte();
      number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return number;
    }
    failed_ = true;
    return 0;
  }

  /// Of a number with a sign.
  std::int64_t Signed() {
    const std::uint64_t number = Number();
    return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U);
  }

  /// The next field of a struct, by its number; kStop behind the last.
  std::uint8_t Field(std::int64_t& id) {
    const std::uint8_t head = Byte();
    if (failed_ || head == kStop) return kStop;
    const unsigned step = head >> 4U;
    id = step == 0 ? Signed() : id + static_cast<std::int64_t>(step);
    return head & 0x0FU;
  }

  void Skip(std::uint8_t type, int depth = 0) {
    if (depth > kDeepest) failed_ = true;
    if (failed_) return;
    switch (type) {
      case kTrue:
      case kFalse:
        return;
      case kByte:
        Take(1);
        return;
      case kI16:
      case kI32:
      case kI64:
        Number();
        return;
      case kDouble:
        Take(8);
        return;
      case kBinary:
        Take(Number());
        return;
      case kList:
      case kSet:
        SkipList(depth);
        return;
      case kStruct:
        SkipStruct(depth);
        return;
      default:  // Parquet has no maps.
        failed_ = true;
    }
  }

 private:
  static constexpr int kDeepest = 16;

  std::uint8_t Byte() {
    if (bytes_.empty()) failed_ = true;
    if (failed_) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  void Take(std::uint64_t size) {
    if (size > bytes_.size()) failed_ = true;
    if (!failed_) bytes_.remove_prefix(static_cast<std::size_t>(size));
  }
  void SkipList(int depth) {
    const std::uint8_t head = Byte();
    const std::uint64_t size = head >> 4U == 15 ? Number() : head >> 4U;
    const std::uint8_t type = head & 0x0FU;
    for (std::uint64_t i = 0; i < size && !failed_; ++i) {
      // A truth value is a byte in a list, where it has no field to be said in.
      Skip(type == kTrue || type == kFalse ? std::uint8_t{kByte} : type, depth + 1);
    }
  }
  void SkipStruct(int depth) {
    std::int64_t id = 0;
    for (auto type = Field(id); type != kStop && !failed_; type = Field(id)) Skip(type, depth + 1);
  }

  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::uint64_t> RowsInFooter(std::string_view footer) {
  constexpr std::int64_t kNumRows = 3;
  CompactReader reader(footer);
  std::int64_t id = 0;
  for (auto type = reader.Field(id); type != kStop; type = reader.Field(id)) {
    if (id == kNumRows && type == kI64) {
      const std::int64_t rows = reader.Signed();
      if (reader.failed() || rows < 0) return {};
      return static_cast<std::uint64_t>(rows);
    }
    reader.Skip(type);
  }
  return {};
}

void ParquetRows::Add(std::string_view bytes) {
  if (begin_.size() < kMagic.size()) begin_ += bytes.substr(0, kMagic.size() - begin_.size());
  size_ += bytes.size();
  last_.emplace_back(bytes);
  kept_ += bytes.size();
  while (kept_ - last_.front().size() >= kLongestFooter + kEnd) {
    kept_ -= last_.front().size();
    last_.pop_front();
  }
}

Result<std::uint64_t> ParquetRows::Finish() {
  std::string tail;
  tail.reserve(kept_);
  for (const std::string& piece : last_) tail += piece;
  last_.clear();
  if (begin_ != kMagic || size_ < kMagic.size() + kEnd || !tail.ends_with(kMagic)) {
    return MalformedError("the result breaks off: a Parquet file begins and ends with PAR1");
  }
  std::uint32_t length = 0;
  std::memcpy(&length, tail.data() + tail.size() - kEnd, sizeof length);
  if (length > kLongestFooter) {
    return MalformedError(
        "the Parquet file has too many rows to be checked: use --partition, or export less at "
        "once");
  }
  if (length > tail.size() - kEnd) return MalformedError("the Parquet file's footer is not whole");
  const auto rows =
      RowsInFooter(std::string_view(tail).substr(tail.size() - kEnd - length, length));
  if (!rows) return MalformedError("the Parquet file's footer cannot be read");
  return *rows;
}

}  // namespace polyhouse
