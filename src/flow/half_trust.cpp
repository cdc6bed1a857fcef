#include "flow/half_trust.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// Wrong answers in a row that are asked for again.
constexpr std::uint32_t kAskedAgain = 3;

std::size_t IndexOf(OpenState half) {
  return half == OpenState::kClosed ? 1 : 0;
}

}  // namespace

Status HalfTrust::Check(OpenState wanted, const ListingPage& page) {
  if (page.rows.empty()) return Ok();
  const bool heeded =
      std::any_of(page.rows.begin(), page.rows.end(), [wanted](const ListedRow& row) {
        return row.closed == (wanted == OpenState::kClosed);
      });
  auto& wrong = wrong_[IndexOf(wanted)];
  if (heeded) {
    wrong = 0;
    return Ok();
  }
  if (wrong.fetch_add(1) >= kAskedAgain) return Ok();
  return TransientError("the API was asked for " + std::string(ToString(wanted)) +
                        " records and sent none");
}

bool HalfTrust::IsIgnored(OpenState half) const {
  return wrong_[IndexOf(half)] > kAskedAgain;
}

std::string IgnoredSuffix(OpenState half) {
  return "_ignored_" + std::string(ToString(half));
}

}  // namespace polyhouse
