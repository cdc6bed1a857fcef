#include <fmt/format.h>
#include <fmt/ostream.h>

#include "base/secret.h"

int main() {
  const polyhouse::Secret secret("hunter2");
#ifdef MUST_NOT_COMPILE
  fmt::print("{}", secret);
#else
  fmt::print("{}", secret.Reveal());
#endif
}
