#pragma once

#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// What to do about a ClickHouse error code (ClickHouse: src/Common/ErrorCodes.cpp).
/// kConfig: table, column, database or access is not there: an operator must act, dropping data
/// would be wrong. kRejected: this data, or this statement, will never be taken. kTransient:
/// everything else, known or not: the same insert may work later, and giving up rows because of a
/// code we have not met would lose them.
ErrorKind ClassifyClickHouseCode(int code);

/// Whether a smaller insert may pass where one was refused with this code.
bool MeansTooMuch(int code);

/// The number in a X-ClickHouse-Exception-Code header; zero when there is none.
int ParseExceptionCode(std::string_view header);

}  // namespace polyhouse
