#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "domain/enriched_market.h"
#include "domain/event.h"
#include "ports/stream_writer.h"

namespace polyhouse {

// The cache of events, `event:<slug>`: what is said of them beside their markets, put there by the
// events ingester in the transaction of their rows, so that it is never behind the stream.

inline constexpr std::string_view kEventCache = "event";
/// How long it is remembered that a record was forgotten.
inline constexpr std::chrono::milliseconds kForgottenTtl{120'000};

/// What is to be cached of an event, without a time to live. Of one that is over nothing is: it is
/// hardly looked up any more, and there are a hundred times as many of them.
CacheChange CacheOf(const Event& event);
/// The record of the event is dropped, and no older one comes in.
CacheChange ForgetOf(const Event& event);

EventDetails DetailsOf(const Event& event);
/// Empty when the record holds nothing.
std::optional<EventDetails> DetailsOf(const CachedRecord& record);

}  // namespace polyhouse
