#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace polyhouse::engine {

/// Reads along bytes of the Native format; every call says whether the bytes were there.
class NativeReader {
 public:
  explicit NativeReader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t position() const { return at_; }
  bool IsAtEnd() const { return at_ == bytes_.size(); }
  bool Skip(std::size_t count);
  /// A number in seven bits a byte, as lengths are written.
  std::optional<std::size_t> VarNumber();
  /// A text with its length before it.
  std::optional<std::string_view> Text();
  std::optional<std::uint64_t> Number64();

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// How far a column could be followed.
enum class NativeSkip {
  kDone,
  kShort,    ///< The bytes end before the column does.
  kUnknown,  ///< Its type is none whose length we can tell (AggregateFunction, Variant, JSON, …).
};

/// Moves the reader behind the data of a column of this type, as the Native format holds them in a
/// block of this many rows. (src/DataTypes/Serializations)
NativeSkip SkipNativeColumn(std::string_view type, std::size_t rows, NativeReader& reader);

}  // namespace polyhouse::engine
