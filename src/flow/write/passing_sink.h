#pragma once

#include "ports/table_sink.h"

namespace polyhouse {

/// For rows that settings keep out of their table: they are taken and stored nowhere, so that their
/// stream is read and trimmed as any other.
class PassingSink final : public TableSink {
 public:
  Status Insert(const TableBatch& /*batch*/, std::stop_token /*stop*/) override { return Ok(); }
};

}  // namespace polyhouse
