#pragma once

#include <span>
#include <stop_token>
#include <string>

#include "app/environment.h"
#include "app/streams.h"
#include "flow/process/processor.h"

namespace polyhouse {

/// A stream that a processor reads, and in which group.
struct ProcessorInput {
  std::string_view stream;
  std::string_view group;
};

/// A processor that this program runs.
struct ProcessorKind {
  const char* name;  ///< "trades": of `polyhouse process trades`, and in its role.
  const char* help;
  std::span<const ProcessorInput> inputs;
  /// A processor with its adapters, under the claim, which outlives it.
  Result<std::unique_ptr<Processor>> (*make)(const Environment& environment,
                                             Streams& streams,
                                             RoleClaim& claim);
  /// What processors of this kind have done in this process, for people.
  std::string (*doing)(const telemetry::Counts& counts);

  /// Off unless it is switched on; nobody but itself waits for what it makes.
  bool is_optional = false;

  /// The name of its role; each consumer name is played by one process at a time.
  std::string role() const { return std::string("process-") + name; }
};

extern const ProcessorKind kTradesProcessor;
extern const ProcessorKind kEnrichProcessor;
extern const ProcessorKind kAddressesProcessor;

/// All of them.
std::span<const ProcessorKind* const> ProcessorKinds();

/// Plays the role of a processor until it is stopped or has drained what it reads. Any number share
/// the work.
Status RunProcessor(const ProcessorKind& kind,
                    const Environment& environment,
                    Streams& streams,
                    std::stop_token stop,
                    std::stop_token drain);

}  // namespace polyhouse
