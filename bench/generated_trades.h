#pragma once

#include <cstddef>

#include "engine_tables.h"

namespace polyhouse {

/// So many trades of a month, with their markets.
void FillTrades(EngineTables& tables, std::size_t trades);

}  // namespace polyhouse
