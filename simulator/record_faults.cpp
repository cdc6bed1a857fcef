#include "record_faults.h"

#include <array>

#include "json_scan.h"

namespace polyhouse {
namespace {

constexpr std::size_t kHugeBytes = 10'000'000;

/// What makes a record unreadable as a whole: any other odd field costs only that field.
struct Replacement {
  std::string_view key;  ///< Empty: the whole record is replaced.
  std::string_view value;
};

constexpr std::array kReplacements{Replacement{"", "42"},
                                   Replacement{"", "\"a string where a record belongs\""},
                                   Replacement{"", "null"},
                                   Replacement{"", "[1,\"two\",{\"three\":3}]"},
                                   Replacement{"id", "{\"nested\":1}"},
                                   Replacement{"id", "\"12a\""},
                                   Replacement{"id", "-5"},
                                   Replacement{"id", "null"},
                                   Replacement{"id", "true"},
                                   Replacement{"id", "\"12\xff\xfe\""}};

}  // namespace

std::string ApplyVariant(std::string_view record, RecordVariant variant) {
  switch (variant) {
    case RecordVariant::kPlain:
      break;
    case RecordVariant::kHuge:
      return WithField(record, "description", '"' + std::string(kHugeBytes, 'x') + '"');
    case RecordVariant::kUnknownField:
      return WithFieldsAtEnd(
          record,
          R"("brandNewKey":{"nested":[1,2.5,{"deep":null}],"text":"új \u00e9"},"newList":[],)"
          R"("newNumber":-1e-7,"events2":[{"id":"1"}])");
  }
  return std::string(record);
}

std::string BadRecord(std::string_view record, std::uint64_t number) {
  const Replacement& replacement = kReplacements[number % kReplacements.size()];
  if (replacement.key.empty()) return std::string(replacement.value);
  return WithField(record, replacement.key, replacement.value);
}

std::uint64_t BadRecordKinds() {
  return kReplacements.size();
}

}  // namespace polyhouse
