#include "engine/native_column.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

namespace polyhouse::engine {
namespace {

constexpr std::array kWidths = std::to_array<std::pair<std::string_view, std::size_t>>(
    {{"Nothing", 1},  {"Bool", 1},       {"Int8", 1},      {"UInt8", 1},       {"Enum8", 1},
     {"Int16", 2},    {"UInt16", 2},     {"Enum16", 2},    {"Date", 2},        {"BFloat16", 2},
     {"Int32", 4},    {"UInt32", 4},     {"Float32", 4},   {"Date32", 4},      {"DateTime", 4},
     {"Time", 4},     {"IPv4", 4},       {"Decimal32", 4}, {"Int64", 8},       {"UInt64", 8},
     {"Float64", 8},  {"DateTime64", 8}, {"Time64", 8},    {"Decimal64", 8},   {"Int128", 16},
     {"UInt128", 16}, {"UUID", 16},      {"IPv6", 16},     {"Decimal128", 16}, {"Int256", 32},
     {"UInt256", 32}, {"Decimal256", 32}});

/// Bits of the number before the indexes of a LowCardinality column.
constexpr std::uint64_t kIndexWidthMask = 0xFF;
constexpr std::uint64_t kHasOwnKeys = 1U << 9U;

/// A type taken apart: "Map(String, UInt8)" is Map with two arguments.
struct TypeParts {
  std::string_view name;
  std::vector<std::string_view> arguments;
};

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// The position behind a quoted run that begins at `at`.
std::size_t BehindQuotes(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at;
}

TypeParts Parse(std::string_view type) {
  const auto open = type.find('(');
  if (open == std::string_view::npos || !type.ends_with(')')) return {type, {}};
  TypeParts parts{type.substr(0, open), {}};
  const auto inner = type.substr(open + 1, type.size() - open - 2);
  std::size_t depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < inner.size(); ++at) {
    const char letter = inner[at];
    if (letter == '\'' || letter == '`') at = BehindQuotes(inner, at);
    if (letter == '(') ++depth;
    if (letter == ')') --depth;
    if (letter != ',' || depth != 0) continue;
    parts.arguments.push_back(Trimmed(inner.substr(begin, at - begin)));
    begin = at + 1;
  }
  parts.arguments.push_back(Trimmed(inner.substr(begin)));
  return parts;
}

std::size_t NumberOf(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The bytes of one value; 0 when they differ from value to value.
std::size_t WidthOf(const TypeParts& type) {
  for (const auto& [name, width] : kWidths) {
    if (type.name == name) return width;
  }
  if (type.name.starts_with("Interval")) return 8;
  if (type.arguments.empty()) return 0;
  const std::size_t number = NumberOf(type.arguments.front());
  if (type.name == "FixedString") return number;
  if (type.name != "Decimal") return 0;
  return number <= 9 ? 4 : number <= 18 ? 8 : number <= 38 ? 16 : 32;
}

/// The type of a tuple's element, which may have its name before it.
std::string_view ElementType(std::string_view element) {
  if (element.starts_with('`')) {
    const auto end = BehindQuotes(element, 0);
    return Trimmed(element.substr(std::min(end + 1, element.size())));
  }
  const auto space = element.find(' ');
  const auto bracket = element.find('(');
  return space != std::string_view::npos && space < bracket ? element.substr(space + 1) : element;
}

NativeSkip Done(bool was_there) {
  return was_there ? NativeSkip::kDone : NativeSkip::kShort;
}

NativeSkip SkipWide(std::size_t width, std::size_t rows, NativeReader& reader) {
  return Done(rows <= SIZE_MAX / width && reader.Skip(rows * width));
}

NativeSkip SkipTexts(std::size_t rows, NativeReader& reader) {
  for (; rows > 0; --rows) {
    if (!reader.Text()) return NativeSkip::kShort;
  }
  return NativeSkip::kDone;
}

/// What stands before the data of the whole column: a version for each LowCardinality in it.
NativeSkip SkipPrefix(std::string_view type, NativeReader& reader) {
  const TypeParts parts = Parse(type);
  if (parts.name == "LowCardinality") return Done(reader.Skip(8));
  const bool has_inner = parts.name == "Array" || parts.name == "Map" || parts.name == "Tuple" ||
                         parts.name == "Nested" || parts.name == "Nullable";
  if (!has_inner) return NativeSkip::kDone;
  for (const auto argument : parts.arguments) {
    const auto skipped = SkipPrefix(ElementType(argument), reader);
    if (skipped != NativeSkip::kDone) return skipped;
  }
  return NativeSkip::kDone;
}

NativeSkip SkipData(std::string_view type, std::size_t rows, NativeReader& reader);

NativeSkip SkipAll(const std::vector<std::string_view>& types,
                   std::size_t rows,
                   NativeReader& reader) {
  for (const auto type : types) {
    const auto skipped = SkipData(ElementType(type), rows, reader);
    if (skipped != NativeSkip::kDone) return skipped;
  }
  return NativeSkip::kDone;
}

/// Lists: where each ends, then all their elements.
NativeSkip SkipLists(const TypeParts& type, std::size_t rows, NativeReader& reader) {
  if (rows == 0) return NativeSkip::kDone;
  if (SkipWide(8, rows - 1, reader) != NativeSkip::kDone) return NativeSkip::kShort;
  const auto end = reader.Number64();
  return end ? SkipAll(type.arguments, *end, reader) : NativeSkip::kShort;
}

NativeSkip SkipLowCardinality(const TypeParts& type, std::size_t rows, NativeReader& reader) {
  if (rows == 0) return NativeSkip::kDone;
  const auto flags = reader.Number64();
  if (!flags) return NativeSkip::kShort;
  if ((*flags & kHasOwnKeys) != 0) {
    const auto keys = reader.Number64();
    if (!keys) return NativeSkip::kShort;
    const TypeParts inner = Parse(type.arguments.front());
    const bool is_nullable = inner.name == "Nullable" && !inner.arguments.empty();
    const auto skipped =
        SkipData(is_nullable ? inner.arguments.front() : type.arguments.front(), *keys, reader);
    if (skipped != NativeSkip::kDone) return skipped;
  }
  const auto indexes = reader.Number64();
  if (!indexes) return NativeSkip::kShort;
  const auto width = *flags & kIndexWidthMask;
  return width > 3 ? NativeSkip::kUnknown : SkipWide(std::size_t{1} << width, *indexes, reader);
}

NativeSkip SkipData(std::string_view type, std::size_t rows, NativeReader& reader) {
  const TypeParts parts = Parse(type);
  if (const auto width = WidthOf(parts); width > 0) return SkipWide(width, rows, reader);
  if (parts.name == "String") return SkipTexts(rows, reader);
  if (parts.arguments.empty() || parts.arguments.front().empty()) return NativeSkip::kUnknown;
  if (parts.name == "Nullable") {
    return reader.Skip(rows) ? SkipAll(parts.arguments, rows, reader) : NativeSkip::kShort;
  }
  if (parts.name == "Array" || parts.name == "Map" || parts.name == "Nested") {
    return SkipLists(parts, rows, reader);
  }
  if (parts.name == "Tuple") return SkipAll(parts.arguments, rows, reader);
  if (parts.name == "LowCardinality") return SkipLowCardinality(parts, rows, reader);
  if (parts.name == "SimpleAggregateFunction")
    return SkipData(parts.arguments.back(), rows, reader);
  return NativeSkip::kUnknown;
}

}  // namespace

bool NativeReader::Skip(std::size_t count) {
  if (count > bytes_.size() - at_) return false;
  at_ += count;
  return true;
}

std::optional<std::size_t> NativeReader::VarNumber() {
  std::size_t number = 0;
  for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes_[at_++]);
    number |= static_cast<std::size_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

std::optional<std::string_view> NativeReader::Text() {
  const auto size = VarNumber();
  if (!size || !Skip(*size)) return std::nullopt;
  return bytes_.substr(at_ - *size, *size);
}

std::optional<std::uint64_t> NativeReader::Number64() {
  std::uint64_t number = 0;
  if (!Skip(sizeof(number))) return std::nullopt;
  std::memcpy(&number, bytes_.data() + at_ - sizeof(number), sizeof(number));
  return number;
}

NativeSkip SkipNativeColumn(std::string_view type, std::size_t rows, NativeReader& reader) {
  if (rows == 0) return NativeSkip::kDone;  // Not even the prefix is written.
  const auto skipped = SkipPrefix(type, reader);
  return skipped == NativeSkip::kDone ? SkipData(type, rows, reader) : skipped;
}

}  // namespace polyhouse::engine
