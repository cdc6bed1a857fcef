#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace polyhouse {

inline constexpr char kSessionCookie[] = "polyhouse_session";

/// Who may come in where a token is set. The cookie of a session is a random number and never the
/// token: programs on other ports of the same host see our cookies. Thread-safe.
class Sessions {
 public:
  /// An empty token: everybody may come in.
  explicit Sessions(Secret token) : token_(std::move(token)) {}

  bool is_open() const { return token_.empty(); }

  /// Whether a request may come in: with the token itself, or by its session. Empty: it has none.
  /// `client`: its address. After a few wrong tokens within some seconds no token is looked at.
  bool Admits(std::string_view session,
              std::string_view token,
              const std::string& client,
              SteadyTime now);

  enum class Login { kDone, kWrong, kTooOften };
  struct LoginResult {
    Login login = Login::kWrong;
    std::string cookie{};  ///< For Set-Cookie.
  };
  /// As Admits, with the token of a form.
  LoginResult LogIn(std::string_view token, const std::string& client, SteadyTime now);
  /// Ends a session. The cookie that takes the old one's place.
  std::string LogOut(std::string_view session);

 private:
  struct Tries {
    int count = 0;
    SteadyTime since{};
  };

  enum class Try { kRight, kWrong, kTooOften };
  /// With the lock held.
  Try TryToken(std::string_view token, const std::string& client, SteadyTime now);

  const Secret token_;
  std::mutex mutex_;
  std::map<std::string, SteadyTime, std::less<>> ends_;  ///< By session.
  std::map<std::string, Tries> tries_;                   ///< By address.
};

}  // namespace polyhouse
