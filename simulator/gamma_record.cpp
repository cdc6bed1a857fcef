#include "gamma_record.h"

namespace polyhouse {

GammaRecord::GammaRecord(std::string_view json) {
  if (parser_.parse(simdjson::padded_string(json)).get(record_) != simdjson::SUCCESS) {
    record_ = parser_.parse(simdjson::padded_string(std::string_view("{}"))).value_unsafe();
  }
}

std::string_view GammaRecord::Text(const char* key) const {
  std::string_view text;
  return record_[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool GammaRecord::Bool(const char* key) const {
  bool value = false;
  return record_[key].get(value) == simdjson::SUCCESS && value;
}

double GammaRecord::Number(const char* key) const {
  double value = 0;
  return record_[key].get(value) == simdjson::SUCCESS ? value : 0;
}

std::vector<std::string> GammaRecord::List(const char* key) const {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array items;
  if (record_[key].get(items) != simdjson::SUCCESS) {
    if (parser.parse(simdjson::padded_string(Text(key))).get(root) != simdjson::SUCCESS ||
        root.get(items) != simdjson::SUCCESS) {
      return {};
    }
  }
  std::vector<std::string> values;
  for (const simdjson::dom::element item : items) {
    std::string_view text;
    values.emplace_back(item.get(text) == simdjson::SUCCESS ? text : std::string_view());
  }
  return values;
}

}  // namespace polyhouse
