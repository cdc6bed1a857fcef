#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "flow/listing/listings.h"

namespace polyhouse {

/// One listing as the checks know it.
struct CheckedListing {
  const ListingType& type;
  /// Of the lane that keeps open records up to date; zero: the lane is off.
  std::chrono::milliseconds refresh_interval{0};
  /// After this a record that has left the open half is not asked for any more; zero: never.
  std::chrono::milliseconds give_up{0};

  const IngesterNames& names() const { return type.names; }
  std::string Table() const { return std::string(type.records().table); }
  /// The view of the newest versions.
  std::string Current() const { return std::string(type.records().view); }
  std::string Key(std::string_view suffix) const { return type.names.Key(suffix); }
};

}  // namespace polyhouse
