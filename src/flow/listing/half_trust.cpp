#include "flow/listing/half_trust.h"

#include <algorithm>

#include "flow/state_keys.h"

namespace polyhouse {
namespace {

/// Wrong answers in a row that are asked for again.
constexpr std::uint32_t kAskedAgain = 3;

}  // namespace

bool IsOfHalf(const ListingPage& page, OpenState half) {
  const bool closed = half == OpenState::kClosed;
  return page.rows.empty() ||
         std::any_of(page.rows.begin(), page.rows.end(), [closed](const ListedRow& row) {
           return row.closed == closed;
         });
}

HalfVerdict HalfTrust::Judge(OpenState wanted, const ListingPage& page) {
  if (page.rows.empty()) return HalfVerdict::kHeeded;
  std::uint32_t& wrong = wrong_[wanted == OpenState::kClosed ? 1 : 0];
  if (IsOfHalf(page, wanted)) {
    wrong = 0;
    return HalfVerdict::kHeeded;
  }
  if (wrong == kAskedAgain) return HalfVerdict::kIgnored;
  ++wrong;
  return HalfVerdict::kAskAgain;
}

std::string IgnoredSuffix(OpenState half) {
  return std::string(kIgnoredState) + std::string(ToString(half));
}

}  // namespace polyhouse
