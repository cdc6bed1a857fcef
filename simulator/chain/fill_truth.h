#pragma once

#include <string>

#include "chain/simulated_chain.h"

namespace polyhouse {

/// Appends what a log of a fill is and which trade it must become, as one line of NDJSON; nothing
/// of another log.
void AppendFillTruth(std::string& out, const PlacedLog& placed);

/// The same of an action with tokens.
void AppendActionTruth(std::string& out, const PlacedLog& placed);

/// Hands out the truth of these blocks, part by part.
class FillTruth final {
 public:
  /// `chain` outlives it.
  FillTruth(const SimulatedChain& chain,
            BlockNumber from,
            BlockNumber to,
            void (*append)(std::string&, const PlacedLog&) = &AppendFillTruth)
      : chain_(chain), next_(from), end_(to), append_(append) {}

  /// Appends the lines of the next blocks, about `bytes` of them. False when there are no more.
  bool Read(std::size_t bytes, std::string& out);

 private:
  const SimulatedChain& chain_;
  BlockNumber next_;
  BlockNumber end_;
  void (*append_)(std::string&, const PlacedLog&);
};

}  // namespace polyhouse
