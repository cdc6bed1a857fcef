#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace polyhouse::engine {

/// What came back. `status` is 0 when nothing did.
struct HttpAnswer {
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  bool complete = false;                       ///< False when the answer was cut short.
};

/// Speaks HTTP to one engine, on a new connection each time unless it is kept by `KeepAlive`.
class HttpClient {
 public:
  static HttpClient OnUnixSocket(const std::string& path);
  static HttpClient OnTcp(std::uint16_t port);

  /// Adds a header such as "X-ClickHouse-Format: JSON" to every request.
  HttpClient With(const std::string& header) const;

  HttpAnswer Get(const std::string& target) const;
  HttpAnswer Post(const std::string& target, std::string_view body) const;
  HttpAnswer Send(const std::string& method, const std::string& target) const;
  /// Posts the pieces one by one with chunked encoding.
  HttpAnswer PostChunked(const std::string& target, const std::vector<std::string>& pieces) const;
  /// Reads an answer piece by piece; the receiver returns false to hang up.
  HttpAnswer PostAndReceive(const std::string& target,
                            std::string_view body,
                            const std::function<bool(std::string_view)>& receive) const;
  /// Sends these very bytes and reads until the engine closes the connection; with `hang_up`,
  /// closes its own sending side first.
  enum class AfterSending { kWait, kHangUp };
  std::string Raw(std::string_view bytes, AfterSending after) const;

  /// A new connection to the engine, for the caller to close; -1 when there is none.
  int Connect() const;

  /// Runs one statement and returns the body, whatever the status.
  std::string Query(std::string_view sql) const { return Post("/", sql).body; }

 private:
  struct Request;
  HttpAnswer Perform(const Request& request) const;

  std::string socket_;
  std::uint16_t port_ = 0;
  std::vector<std::string> headers_;
};

/// "/?name=value&…" with everything escaped.
std::string Target(const std::vector<std::pair<std::string, std::string>>& params);

/// One block of one String column `s` in ClickHouse's Native format.
std::string NativeBlock(const std::vector<std::string>& values);
/// The same rows as RowBinary.
std::string RowBinaryRows(const std::vector<std::string>& values);

}  // namespace polyhouse::engine
