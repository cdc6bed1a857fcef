#include "serve/form.h"

#include <microhttpd.h>

#include <algorithm>

#include "base/split.h"

namespace polyhouse {
namespace {

std::string Decoded(std::string_view text) {
  std::string decoded(text);
  std::replace(decoded.begin(), decoded.end(), '+', ' ');
  decoded.resize(MHD_http_unescape(decoded.data()));
  return decoded;
}

}  // namespace

std::map<std::string, std::string, std::less<>> ReadForm(std::string_view body) {
  std::map<std::string, std::string, std::less<>> fields;
  for (const std::string& pair : Split(body, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    fields[Decoded(std::string_view(pair).substr(0, equals))] =
        Decoded(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
  }
  return fields;
}

}  // namespace polyhouse
