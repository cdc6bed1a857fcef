#include "engine/credentials.h"

#include "base/constant_time.h"

namespace polyhouse::engine {

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
