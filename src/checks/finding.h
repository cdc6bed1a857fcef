#pragma once

#include <cstdint>
#include <string>

namespace polyhouse {

/// One thing that a check has found.
struct Finding {
  std::string kind;  ///< The kind in two or three words, such as "missing market"; counted by it.
  std::string id;    ///< Of what it is about: a market's id, a condition id, a walk.
  std::string what;  ///< One sentence.
  std::string says;  ///< Who says so: "gamma", "clob", "ledger", "tables", "streams".
};

}  // namespace polyhouse
