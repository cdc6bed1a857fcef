#include "flow/written_stream.h"

#include <array>

#include "domain/ledger.h"
#include "flow/page_store.h"

namespace polyhouse {
namespace {

constexpr std::array kWrittenStreams = {
    WrittenStream{kMarketsNames.stream, kMarketsNames.group, &MakeMarketsWriter},
    WrittenStream{kEventsNames.stream, kEventsNames.group, &MakeEventsWriter},
    WrittenStream{kLedgerStream, kLedgerGroup, &MakeLedgerWriter},
};

}  // namespace

std::span<const WrittenStream> WrittenStreams() {
  return kWrittenStreams;
}

}  // namespace polyhouse
