#include "flow/process/wanted_addresses.h"

#include <algorithm>

#include "base/number_text.h"
#include "domain/address.h"

namespace polyhouse {

Status WantedAddresses::Load(StreamWriter& writer) {
  const auto fields = writer.Fields(std::string(kKey));
  if (!fields) return fields.error();
  for (const auto& [address, block] : *fields) {
    std::uint64_t number = 0;
    if (ParseAddress(address) && ReadNumber(block, number)) Add({address, number});
  }
  return Ok();
}

std::vector<WantedAddress> WantedAddresses::Next(std::size_t most) {
  std::vector<WantedAddress> next;
  most = std::min(most, blocks_.size());
  for (auto at = blocks_.upper_bound(last_); next.size() < most; ++at) {
    if (at == blocks_.end()) at = blocks_.begin();
    next.push_back({at->first, at->second});
  }
  if (!next.empty()) last_ = next.back().address;
  return next;
}

}  // namespace polyhouse
