#pragma once

#include "domain/address.h"
#include "domain/enriched_market.h"
#include "domain/event.h"
#include "domain/ledger.h"
#include "domain/market.h"
#include "domain/order_fill.h"
#include "domain/token_action.h"
#include "domain/trade.h"
#include "domain/witness_market.h"

/// Every struct that is a row of a table: the one list of them. What is made of each is defined in
/// a .cpp file (it needs heavy headers) and instantiated there through this.
#define POLYHOUSE_EACH_ROW(DO) \
  DO(Market)                   \
  DO(Event)                    \
  DO(LedgerRow)                \
  DO(OrderFill) DO(Trade) DO(EnrichedMarket) DO(WitnessMarket) DO(Address) DO(TokenAction)
/// Those that come through a stream of their own.
#define POLYHOUSE_EACH_STREAMED_ROW(DO) \
  DO(Market)                            \
  DO(Event) DO(LedgerRow) DO(OrderFill) DO(Trade) DO(EnrichedMarket) DO(Address) DO(TokenAction)
/// Those that are records of Gamma's listings.
#define POLYHOUSE_EACH_API_ROW(DO) DO(Market) DO(Event)
