#pragma once

#include <string>

#include "base/secret.h"

namespace polyhouse::engine {

/// The one user there is. Without a password, no password is asked for and any is accepted.
struct Account {
  std::string user = "default";
  Secret password;
};

/// Who a request says it comes from; both are empty when it says nothing.
struct Credentials {
  std::string user;
  Secret password;
};

/// What the credentials of a request are worth.
enum class Authentication {
  kAccepted,
  kMissing,  ///< A password is needed and none was sent: ask for it.
  kRefused,  ///< Another user, or the wrong password.
};

/// Compares without telling, by the time it takes, how much of a wrong password was right.
Authentication Authenticate(const Account& account, const Credentials& credentials);

}  // namespace polyhouse::engine
