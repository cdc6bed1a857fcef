#include "flow/half_trust.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// Wrong answers in a row that are asked for again.
constexpr std::uint32_t kAskedAgain = 3;

}  // namespace

HalfVerdict HalfTrust::Judge(OpenState wanted, const ListingPage& page) {
  if (page.rows.empty()) return HalfVerdict::kHeeded;
  const bool wants_closed = wanted == OpenState::kClosed;
  const bool heeded =
      std::any_of(page.rows.begin(), page.rows.end(), [wants_closed](const ListedRow& row) {
        return row.closed == wants_closed;
      });
  std::uint32_t& wrong = wrong_[wants_closed ? 1 : 0];
  if (heeded) {
    wrong = 0;
    return HalfVerdict::kHeeded;
  }
  if (wrong == kAskedAgain) return HalfVerdict::kIgnored;
  ++wrong;
  return HalfVerdict::kAskAgain;
}

std::string IgnoredSuffix(OpenState half) {
  return "_ignored_" + std::string(ToString(half));
}

}  // namespace polyhouse
