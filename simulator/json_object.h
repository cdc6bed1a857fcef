#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace polyhouse {

/// Appends `text` as a JSON string with its quotes, escaped as the API does it (Go's encoder): `&`,
/// `<` and `>` as
/// `\u0026` and so on, bytes above 127 as they are.
void AppendApiString(std::string& out, std::string_view text);

/// Appends the shortest decimal that reads back as `value`, never with an exponent.
void AppendNumber(std::string& out, double value);

std::string FormatNumber(double value);

/// Writes one JSON object, key after key, to the end of a string that outlives it.
class JsonObject final {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }

  void Text(std::string_view key, std::string_view value);
  void Number(std::string_view key, double value);
  void Integer(std::string_view key, std::int64_t value);
  void Bool(std::string_view key, bool value);
  /// A value that is JSON already; null is one.
  void Raw(std::string_view key, std::string_view json);
  /// The key alone; the caller appends its value to the same string.
  void Key(std::string_view key);
  /// Fields written beforehand, such as `"a":1,"b":2`.
  void Fields(std::string_view fields);
  void Close() { out_ += '}'; }

  std::string& out() { return out_; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace polyhouse
