#include "base/constant_time.h"

namespace polyhouse {

bool IsEqualInConstantTime(std::string_view expected, std::string_view given) {
  // Volatile keeps the compiler from leaving the loop at the first difference.
  volatile unsigned difference = expected.size() == given.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char other = expected.empty() ? '\0' : expected[i % expected.size()];
    difference = difference | static_cast<unsigned char>(other ^ given[i]);
  }
  return difference == 0;
}

}  // namespace polyhouse
