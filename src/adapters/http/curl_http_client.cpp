#include "adapters/http/curl_http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "adapters/http/retry_after.h"
#include "adapters/http/this_machine.h"
#include "base/authority.h"
#include "base/socket_path.h"
#include "base/url.h"

namespace polyhouse {
namespace {

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// What one exchange reads and fills while curl calls back.
struct Exchange {
  const HttpRequest& request;
  const CurlOptions& options;
  const std::stop_token& stop;
  Clock& clock;
  CURL* handle;
  HttpResponse response{};
  std::size_t piece = 0;   ///< Of the request body.
  std::size_t offset = 0;  ///< Within that piece.
  bool too_large = false;
  std::string retry_after{};  ///< These two headers.
  std::string date{};

  bool StreamsBody() {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return request.on_body && status == 200;
  }
};

std::size_t OnBody(const char* data, std::size_t, std::size_t size, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string_view bytes(data, size);
  if (exchange.StreamsBody()) return exchange.request.on_body(bytes) ? size : 0;
  auto& body = exchange.response.body;
  exchange.too_large = body.size() + size > exchange.options.max_body_bytes;
  if (exchange.too_large) return 0;
  body.append(bytes);
  return size;
}

std::optional<std::string_view> HeaderValue(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return {};
  const bool same = std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
    return a == std::tolower(static_cast<unsigned char>(b));
  });
  if (!same) return {};
  line.remove_prefix(name.size() + 1);
  const auto begin = line.find_first_not_of(" \t");
  const auto end = line.find_last_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin, end - begin + 1);
}

std::size_t OnHeader(const char* data, std::size_t, std::size_t size, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string_view line(data, size);
  if (const auto value = HeaderValue(line, "retry-after")) {
    exchange.retry_after = *value;
  } else if (const auto date = HeaderValue(line, "date")) {
    exchange.date = *date;
  } else if (const auto code = HeaderValue(line, "x-clickhouse-exception-code")) {
    exchange.response.exception_code = *code;
  } else if (const auto tag = HeaderValue(line, "x-clickhouse-exception-tag")) {
    exchange.response.exception_tag = *tag;
  } else if (const auto summary = HeaderValue(line, "x-clickhouse-summary")) {
    exchange.response.summary = *summary;
  }
  return size;
}

std::size_t OnSend(char* out, std::size_t, std::size_t size, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const auto pieces = *exchange.request.body;
  std::size_t sent = 0;
  while (sent < size && exchange.piece < pieces.size()) {
    const auto rest = pieces[exchange.piece].substr(exchange.offset);
    const std::size_t part = std::min(rest.size(), size - sent);
    std::copy_n(rest.data(), part, out + sent);
    sent += part;
    exchange.offset += part;
    if (part == rest.size()) {
      ++exchange.piece;
      exchange.offset = 0;
    }
  }
  return sent;
}

/// Curl asks to rewind when a reused connection turns out to be dead before anything was answered.
int OnSeek(void* context, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<Exchange*>(context);
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  exchange.piece = 0;
  exchange.offset = 0;
  return CURL_SEEKFUNC_OK;
}

// NOLINTNEXTLINE(readability-function-size): libcurl fixes the parameters.
int OnProgress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(context)->stop.stop_requested() ? 1 : 0;
}

class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient(CurlOptions options, Clock& clock)
      : options_(std::move(options)), clock_(clock), handle_(curl_easy_init()) {}

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override;

 private:
  /// Looked up once for each place.
  bool IsHere(const std::string& url);
  void SetOptions(Exchange& exchange);
  void SetBody(Exchange& exchange);
  Error ErrorOf(CURLcode code, const Exchange& exchange) const;

  CurlOptions options_;
  Clock& clock_;
  std::unique_ptr<CURL, FreeEasy> handle_;
  std::map<std::string, bool> is_here_;  ///< By the part of a URL before its path.
  char error_text_[CURL_ERROR_SIZE] = {};
};

bool CurlHttpClient::IsHere(const std::string& url) {
  const auto scheme = url.find("://");
  const auto place = url.substr(0, url.find_first_of("/?#\\", scheme == url.npos ? 0 : scheme + 3));
  const auto known = is_here_.find(place);
  if (known != is_here_.end()) return known->second;
  return is_here_[place] = IsForThisMachine(url);
}

void CurlHttpClient::SetOptions(Exchange& exchange) {
  CURL* handle = handle_.get();
  const HttpRequest& request = exchange.request;
  curl_easy_reset(handle);  // Keeps connections, TLS sessions and the DNS cache.
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  // Whoever runs a proxy would see the passwords of the databases on this machine.
  if (!request.unix_socket.empty() || IsHere(request.url)) {
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
  }
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  curl_easy_setopt(
      handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_text_);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  if (request.unix_socket.empty() && !request.may_be_silent) {
    // Our own engine may think about a query for minutes; a remote API that goes silent has
    // stalled.
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(
        handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options_.stall_timeout.count()));
  }
  if (request.body) SetBody(exchange);
}

void CurlHttpClient::SetBody(Exchange& exchange) {
  CURL* handle = handle_.get();
  curl_off_t size = 0;
  for (const auto piece : *exchange.request.body) size += static_cast<curl_off_t>(piece.size());
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, size);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &OnSend);
  curl_easy_setopt(handle, CURLOPT_READDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, &OnSeek);
  curl_easy_setopt(handle, CURLOPT_SEEKDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10U);
}

Error CurlHttpClient::ErrorOf(CURLcode code, const Exchange& exchange) const {
  const std::string what = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  const HttpRequest& request = exchange.request;
  const std::string peer = !request.unix_socket.empty() ? request.unix_socket
                           : request.has_secret_url
                               ? std::string(AuthorityOfUrl(request.url))
                               : WithoutPasswords(request.url.substr(0, request.url.find('?')));
  if (code == CURLE_ABORTED_BY_CALLBACK) return StoppingError();
  // The second code also means an answer that is not HTTP; then a request had been sent.
  long sent = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_REQUEST_SIZE, &sent);
  if (code == CURLE_URL_MALFORMAT || (code == CURLE_UNSUPPORTED_PROTOCOL && sent == 0)) {
    return ConfigError("cannot ask " + peer + " (" + what + "): check the URL");
  }
  if (exchange.too_large) {
    return TransientError("the answer of " + peer + " is larger than " +
                          std::to_string(options_.max_body_bytes) + " bytes");
  }
  return TransientError("no whole answer from " + peer + " (" + what + ")");
}

Result<HttpResponse> CurlHttpClient::Send(const HttpRequest& request, std::stop_token stop) {
  if (stop.stop_requested()) return StoppingError();
  Exchange exchange{request, options_, stop, clock_, handle_.get()};
  error_text_[0] = '\0';
  SetOptions(exchange);

  HeaderList headers(curl_slist_append(nullptr, "Expect:"));
  for (const std::string& header : request.headers)
    curl_slist_append(headers.get(), header.c_str());
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, headers.get());

  std::optional<SocketPath> socket;
  if (!request.unix_socket.empty()) {
    auto path = SocketPath::For(request.unix_socket);
    if (!path) return TransientError(path.error().message);
    socket.emplace(std::move(*path));
    curl_easy_setopt(handle_.get(), CURLOPT_UNIX_SOCKET_PATH, socket->name().c_str());
  }

  const CURLcode code = curl_easy_perform(handle_.get());
  if (code != CURLE_OK) return ErrorOf(code, exchange);
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  // A date means a time by the server's clock, of which ours may know nothing.
  const auto date = ParseHttpDate(exchange.date);
  if (date && options_.on_date) options_.on_date(*date);
  const auto now = date.value_or(clock_.Now());
  exchange.response.retry_after = ParseRetryAfter(exchange.retry_after, now);
  return std::move(exchange.response);
}

}  // namespace

std::unique_ptr<HttpClient> MakeCurlHttpClient(const CurlOptions& options, Clock& clock) {
  return std::make_unique<CurlHttpClient>(options, clock);
}

}  // namespace polyhouse
