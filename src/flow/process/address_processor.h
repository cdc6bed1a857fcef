#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "domain/address.h"
#include "flow/process/processor.h"
#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"
#include "ports/table_reader.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The group in which address processors share the order events. It is there once one has run.
inline constexpr std::string_view kAddressGroup = "events_addresses";

/// Asks nodes what addresses are, as of a block that is at least this one. Errors: kTransient,
/// kConfig, kStopping.
using AskAddresses = std::function<Result<AddressStates>(
    std::span<const std::string> addresses, std::uint64_t at_least, std::stop_token stop)>;

/// The defaults of settings are in config/config.h.
struct AddressProcessorOptions {
  std::string consumer;                   ///< Under which the reader reads.
  std::uint64_t max_backlog = 1'000'000;  ///< Rows that may wait to be stored.
  std::chrono::milliseconds claim_idle{60'000};
  std::vector<std::string> exchanges;  ///< Contracts that nobody asks for, lower-case.
  BackoffPolicy backoff;
  /// When draining: what nodes have said nothing of for this long is left to the next run; zero:
  /// never.
  std::chrono::milliseconds give_up_after{0};
};

struct AddressProcessorTools {
  StreamReader& reader;  ///< Of stream:order_events, in kAddressGroup.
  StreamWriter& writer;
  StreamAdmin& admin;
  TableReader& tables;
  AskAddresses ask;
  telemetry::PipelineEvents& events;
  Clock& clock;
};

/// Finds the addresses that trade and are not in the table `addresses`, asks nodes what they are,
/// and puts the answers into stream:addresses.
///
/// Entries are acknowledged as soon as their addresses are noted beside the streams, so that nodes
/// which do not answer hold no fills back; an address is asked for until there is an answer that
/// can be believed, and only that is stored. What was stored before the first run is gone through
/// once. The references must outlive it.
std::unique_ptr<Processor> MakeAddressProcessor(AddressProcessorOptions options,
                                                AddressProcessorTools tools,
                                                std::uint64_t jitter_seed);

}  // namespace polyhouse
