#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "flow/listing/page_store.h"

namespace polyhouse {

/// One listing as the checks know it.
struct CheckedListing {
  IngesterNames names;
  std::string_view table;   ///< "markets"; its view is `<table>_current`.
  std::string_view unique;  ///< The column that no two records share: "condition_id".
  /// Of the lane that keeps open records up to date; zero: the lane is off.
  std::chrono::milliseconds refresh_interval{0};
  /// After this a record that has left the open half is not asked for any more; zero: never.
  std::chrono::milliseconds give_up{0};

  std::string Current() const { return std::string(table) + "_current"; }
  /// `state:polymarket_markets` + `suffix`.
  std::string Key(std::string_view suffix) const {
    return std::string(names.state_key) + std::string(suffix);
  }
};

}  // namespace polyhouse
