#pragma once

#include <stop_token>

#include "checks/findings.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// Compares what closed markets have paid by the API with what the chain says of their conditions,
/// as far as resolutions were read (schema/0022_token_actions.sql). The chain is right. Errors as
/// TableReader::Fetch.
Status CheckPayouts(TableReader& tables, Findings& findings, std::stop_token stop);

}  // namespace polyhouse
