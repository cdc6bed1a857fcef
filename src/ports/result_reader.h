#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ports/table_reader.h"

namespace polyhouse {

/// Asks the tables for results of any size. Whatever a statement says, it changes nothing. Used
/// from one thread.
class ResultReader : public TableReader {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  /// Hands the result over as it comes, in the format that the statement names. A result that
  /// breaks off is an error, as Fetch has them. False of `on_bytes` gives it up.
  virtual Status Stream(std::string_view sql,
                        const Settings& settings,
                        const std::function<bool(std::string_view)>& on_bytes,
                        std::stop_token stop) = 0;
};

}  // namespace polyhouse
