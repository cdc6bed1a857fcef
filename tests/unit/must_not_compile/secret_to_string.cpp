#include <string>

#include "base/secret.h"

int main() {
  const polyhouse::Secret secret("hunter2");
#ifdef MUST_NOT_COMPILE
  const std::string text = secret;
#else
  const std::string text = secret.Reveal();
#endif
  return static_cast<int>(text.size());
}
