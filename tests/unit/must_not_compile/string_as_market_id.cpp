#include <string>

#include "domain/ids.h"

int main() {
#ifdef MUST_NOT_COMPILE
  const polyhouse::MarketId id = std::string("7");
#else
  const polyhouse::MarketId id(std::string("7"));
#endif
  return id.empty();
}
