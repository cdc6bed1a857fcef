#include "base/clock.h"

bool IsOver(polyhouse::SteadyTime deadline, polyhouse::Clock& clock) {
#ifdef MUST_NOT_COMPILE
  return clock.Now() >= deadline;
#else
  return clock.Steady() >= deadline;
#endif
}

int main() {
  polyhouse::Clock* clock = nullptr;
  return clock != nullptr && IsOver({}, *clock) ? 1 : 0;
}
