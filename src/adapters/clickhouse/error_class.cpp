#include "adapters/clickhouse/error_class.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace polyhouse {
namespace {

constexpr auto kOperatorMustAct = std::to_array<int>({
    7,    // INCORRECT_NUMBER_OF_COLUMNS
    10,   // NOT_FOUND_COLUMN_IN_BLOCK
    16,   // NO_SUCH_COLUMN_IN_TABLE
    43,   // ILLEGAL_TYPE_OF_ARGUMENT
    47,   // UNKNOWN_IDENTIFIER
    48,   // NOT_IMPLEMENTED
    53,   // TYPE_MISMATCH
    60,   // UNKNOWN_TABLE
    70,   // CANNOT_CONVERT_TYPE
    81,   // UNKNOWN_DATABASE
    115,  // UNKNOWN_SETTING
    164,  // READONLY
    192,  // UNKNOWN_USER
    193,  // WRONG_PASSWORD
    194,  // REQUIRED_PASSWORD
    452,  // SETTING_CONSTRAINT_VIOLATION
    472,  // READONLY_SETTING
    497,  // ACCESS_DENIED
    516,  // AUTHENTICATION_FAILED
});

constexpr auto kDataIsAtFault = std::to_array<int>({
    6,    // CANNOT_PARSE_TEXT
    26,   // CANNOT_PARSE_QUOTED_STRING
    27,   // CANNOT_PARSE_INPUT_ASSERTION_FAILED
    32,   // ATTEMPT_TO_READ_AFTER_EOF
    33,   // CANNOT_READ_ALL_DATA
    36,   // BAD_ARGUMENTS
    38,   // CANNOT_PARSE_DATE
    41,   // CANNOT_PARSE_DATETIME
    62,   // SYNTAX_ERROR
    69,   // ARGUMENT_OUT_OF_BOUND
    72,   // CANNOT_PARSE_NUMBER
    117,  // INCORRECT_DATA
    130,  // CANNOT_READ_ARRAY_FROM_TEXT
    131,  // TOO_LARGE_STRING_SIZE
    190,  // SIZES_OF_ARRAYS_DONT_MATCH
    321,  // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
    349,  // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
    376,  // CANNOT_PARSE_UUID
    407,  // DECIMAL_OVERFLOW
    441,  // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
    469,  // VIOLATED_CONSTRAINT
    636,  // CANNOT_EXTRACT_TABLE_STRUCTURE
});

/// Limits of a statement, which a smaller one keeps.
constexpr auto kTooMuch = std::to_array<int>({
    158,  // TOO_MANY_ROWS
    173,  // CANNOT_ALLOCATE_MEMORY
    241,  // MEMORY_LIMIT_EXCEEDED
    307,  // TOO_MANY_BYTES
});

static_assert(std::is_sorted(kTooMuch.begin(), kTooMuch.end()));
static_assert(std::is_sorted(kOperatorMustAct.begin(), kOperatorMustAct.end()));
static_assert(std::is_sorted(kDataIsAtFault.begin(), kDataIsAtFault.end()));

}  // namespace

ErrorKind ClassifyClickHouseCode(int code) {
  if (std::binary_search(kOperatorMustAct.begin(), kOperatorMustAct.end(), code))
    return ErrorKind::kConfig;
  if (std::binary_search(kDataIsAtFault.begin(), kDataIsAtFault.end(), code))
    return ErrorKind::kRejected;
  return ErrorKind::kTransient;
}

bool MeansTooMuch(int code) {
  return std::binary_search(kTooMuch.begin(), kTooMuch.end(), code);
}

int ParseExceptionCode(std::string_view header) {
  int code = 0;
  std::from_chars(header.data(), header.data() + header.size(), code);
  return code;
}

}  // namespace polyhouse
