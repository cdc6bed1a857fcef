#include "domain/ids.h"

bool IsEmpty(const polyhouse::EventId& id) {
  return id.empty();
}

int main() {
#ifdef MUST_NOT_COMPILE
  return IsEmpty(polyhouse::MarketId("7"));
#else
  return IsEmpty(polyhouse::EventId("7"));
#endif
}
