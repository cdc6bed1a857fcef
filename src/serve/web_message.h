#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "serve/body_source.h"

namespace polyhouse {

/// What a client asks for, whole.
struct WebRequest {
  std::string method;
  std::string path;                                         ///< Decoded, without what follows "?".
  std::map<std::string, std::string, std::less<>> query{};  ///< Decoded; of one name the last.
  std::string session{};                                    ///< By its cookie (sessions.h).
  std::string token{};  ///< As "Bearer …", or as the password of HTTP's Basic (any user).
  std::string if_none_match{};
  bool is_from_page = false;  ///< It has the header that only our own page can send.
  bool wants_html = false;    ///< A browser opens it as a page.
  bool takes_gzip = false;
  std::string client{};  ///< Its address, without the port.
  std::string body{};

  /// A parameter; empty when it is not there.
  std::string_view Param(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view() : std::string_view(found->second);
  }
};

struct WebAnswer {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string_view kept_body{};          ///< Of this program itself, in the place of `body`.
  std::shared_ptr<BodySource> source{};  ///< Gives the body as it comes, in the place of both.
  bool is_last = false;                  ///< The connection is closed after it.
};

/// Hands over the answer; what comes after is the body's source's.
using Respond = std::function<void(WebAnswer)>;

/// What takes time: done in a thread of its own. `stop` is requested when the client has left or
/// the server ends.
struct WebWork {
  enum class Kind { kPage, kLong } kind = Kind::kPage;
  std::function<void(std::stop_token, const Respond&)> run;
};

/// What is answered from memory, or how it is found out.
using WebDecision = std::variant<WebAnswer, WebWork>;

/// Decides what is answered. Called from the server's thread, and must not wait.
class WebHandler {
 public:
  virtual ~WebHandler() = default;
  virtual WebDecision Decide(WebRequest request) = 0;
};

}  // namespace polyhouse
