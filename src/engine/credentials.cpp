#include "engine/credentials.h"

namespace polyhouse::engine {

bool IsEqualInConstantTime(std::string_view expected, std::string_view given) {
  // Volatile keeps the compiler from leaving the loop at the first difference.
  volatile unsigned difference = expected.size() == given.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char other = expected.empty() ? '\0' : expected[i % expected.size()];
    difference = difference | static_cast<unsigned char>(other ^ given[i]);
  }
  return difference == 0;
}

Authentication Authenticate(const Account& account, const Credentials& credentials) {
  if (account.password.empty()) {
    const bool is_known = credentials.user.empty() || credentials.user == account.user;
    return is_known ? Authentication::kAccepted : Authentication::kRefused;
  }
  if (credentials.user.empty() && credentials.password.empty()) return Authentication::kMissing;
  const std::string& user = credentials.user.empty() ? "default" : credentials.user;
  // Both are compared in any case, so that a wrong name takes as long as a wrong password.
  const bool knows_user = IsEqualInConstantTime(account.user, user);
  const bool knows_password =
      IsEqualInConstantTime(account.password.Reveal(), credentials.password.Reveal());
  return knows_user && knows_password ? Authentication::kAccepted : Authentication::kRefused;
}

}  // namespace polyhouse::engine
