#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/row_types.h"

namespace polyhouse {

/// How many rows a block of ClickHouse's Native format (as NativeBlock makes it) has, without
/// reading them. kMalformed when it is no whole block of such rows: cut off, with something behind
/// it, with a column of another type than here, or of a type that is not used here.
template <class Row>
Result<std::size_t> CheckBlock(std::string_view block);

/// The rows of a block for which CheckBlock has no error, else that error. Columns that are not
/// known are passed over, those that are missing keep their default: a newer or older program may
/// have made it.
template <class Row>
Result<std::vector<Row>> ReadBlock(std::string_view block);

}  // namespace polyhouse
