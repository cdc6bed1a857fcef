#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// The fields of a Gamma record, with an empty value when one is missing.
class GammaRecord final {
 public:
  explicit GammaRecord(std::string_view json);

  std::string_view Text(const char* key) const;
  bool Bool(const char* key) const;
  double Number(const char* key) const;
  /// A list that stands in a string, as `["Yes", "No"]`, or as itself.
  std::vector<std::string> List(const char* key) const;

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element record_;
};

}  // namespace polyhouse
