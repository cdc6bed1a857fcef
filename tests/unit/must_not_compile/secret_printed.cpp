#include <iostream>

#include "base/secret.h"

int main() {
  const polyhouse::Secret secret("hunter2");
#ifdef MUST_NOT_COMPILE
  std::cout << secret;
#else
  std::cout << secret.Reveal();
#endif
}
