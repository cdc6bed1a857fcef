#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// One `"key": value` of a JSON object, as slices of its text.
struct JsonField {
  std::string_view key;    ///< Between the quotes, escapes untouched.
  std::string_view value;  ///< The raw value without the space around it.
  std::string_view text;   ///< From the opening quote of the key to the end of the value.
};

/// The fields of the object `json`, which is valid JSON; none when it is no object.
std::vector<JsonField> FieldsOf(std::string_view json);

/// The elements of the array `json`, which is valid JSON; none when it is no array.
std::vector<std::string_view> ElementsOf(std::string_view json);

/// The raw value of a key of the object itself (not of what it contains).
std::optional<std::string_view> FindField(std::string_view json, std::string_view key);

/// The object without a key; the other bytes stay as they are.
std::string WithoutField(std::string_view json, std::string_view key);

/// The object with a raw value in place of the one the key has, or with the key at its end.
std::string WithField(std::string_view json, std::string_view key, std::string_view value);

/// The object with fields such as `"a":1,"b":2` at its end.
std::string WithFieldsAtEnd(std::string_view json, std::string_view fields);

}  // namespace polyhouse
