#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/witness_market.h"

namespace polyhouse {

/// One response of the CLOB's listing of markets.
struct WitnessPage {
  std::vector<WitnessMarket> rows;
  std::size_t without_id = 0;  ///< Records without a condition id: nothing to compare them by.
  std::vector<Error> bad;      ///< Of each record that could not be read.
  std::string next_cursor;     ///< Empty on the last page.

  std::size_t records() const { return rows.size() + without_id + bad.size(); }
};

/// Reads response bodies of the CLOB's listing, `{"data":[…],"next_cursor":…}`. Used from one
/// thread; keeps its buffers between pages.
class WitnessPageParser {
 public:
  WitnessPageParser();
  ~WitnessPageParser();
  WitnessPageParser(const WitnessPageParser&) = delete;
  WitnessPageParser& operator=(const WitnessPageParser&) = delete;

  /// `version` becomes that of every row. kTransient when the body is no page at all.
  Result<WitnessPage> Parse(std::string body, std::uint64_t version);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polyhouse
