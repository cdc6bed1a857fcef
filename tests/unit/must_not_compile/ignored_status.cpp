#include "base/result.h"

polyhouse::Status Store() {
  return polyhouse::TransientError("busy");
}

int main() {
#ifdef MUST_NOT_COMPILE
  Store();
#else
  return Store().has_value();
#endif
}
