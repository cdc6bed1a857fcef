#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace polyhouse {

/// What a fault adds to a record that stays readable.
enum class RecordVariant : std::uint8_t { kPlain, kHuge, kUnknownField };

/// The record with its variant's additions; always the same for the same record.
std::string ApplyVariant(std::string_view record, RecordVariant variant);

/// Something unreadable in the record's place: a number, a string, null, an array, an object with a
/// value of the wrong type, a string that is no UTF-8. `number` chooses, and goes round.
std::string BadRecord(std::string_view record, std::uint64_t number);

/// How many kinds of bad records there are.
std::uint64_t BadRecordKinds();

}  // namespace polyhouse
