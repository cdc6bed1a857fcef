#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace polyhouse {

/// Appends "?name=value" or "&name=value", whichever is due, with everything in `value` but RFC
/// 3986's unreserved characters as %XX. `name` is taken as it is.
void AppendUrlParameter(std::string& url, std::string_view name, std::string_view value);

/// "scheme://user:password@hosts/path?query" taken apart (RFC 3986). What is missing is empty.
struct UrlParts {
  std::string scheme;
  std::string user;  ///< Percent-decoded, as the password.
  Secret password;
  std::string hosts;  ///< Whatever stands there: "host", "host:port", "h1:p1,h2:p2".
  std::string path;   ///< From its slash on; empty when there is none.
  std::string query;  ///< Behind the question mark.
};

/// kConfig when there is no scheme or no host, a % is not followed by two hexadecimal digits, or an
/// @ stands behind the host.
/// The message never repeats the URL: it may hold a password.
Result<UrlParts> ParseUrl(std::string_view url);

/// The text with *** in the place of each password in the URLs in it; for people's eyes.
std::string WithoutPasswords(std::string_view urls);

}  // namespace polyhouse
