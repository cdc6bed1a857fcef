#include "ports/entry.h"

namespace polyhouse {

std::string ToString(const EntryId& id) {
  return std::to_string(id.high) + "-" + std::to_string(id.low);
}

}  // namespace polyhouse
