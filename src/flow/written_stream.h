#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "flow/table_writer.h"

namespace polyhouse {

/// A stream that a writer carries into its table.
struct WrittenStream {
  std::string_view stream;  ///< "stream:markets"
  std::string_view group;   ///< "markets_writers"
  std::unique_ptr<TableWriter> (*make_writer)(TableWriterOptions options,
                                              TableWriterTools tools,
                                              std::uint64_t jitter_seed);
};

/// All of them. The role of a writer plays every one.
std::span<const WrittenStream> WrittenStreams();

}  // namespace polyhouse
