#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/body_encoder.h"
#include "engine/engine_error.h"

namespace polyhouse::engine {

// A client that sends client_protocol_version reads blocks of the Native format as they are on
// ClickHouse's native protocol of that revision: from 1 on with a few bytes of information before
// each block, from 54454 on with a byte before the data of each column that says how they are
// written (0: as ever). clickhouse-go, and so Grafana, reads nothing else. libchdb always writes
// revision 0, so we add those bytes. (src/Formats/NativeWriter.cpp)

/// Rewrites blocks of revision 0 to `revision`. Encode and Finish fail on bytes that are no blocks,
/// and on columns whose end cannot be found.
std::unique_ptr<BodyEncoder> MakeNativeRevisionEncoder(std::uint64_t revision);

/// Refuses a block with a column that cannot be rewritten, by its name.
EngineResult<void> CheckNativeRevision(std::string_view blocks);

}  // namespace polyhouse::engine
