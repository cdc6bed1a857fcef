#include "engine/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace polyhouse::engine {

struct HttpClient::Request {
  std::string method;
  std::string target;
  std::string_view body;
  const std::vector<std::string>* pieces = nullptr;
  std::function<bool(std::string_view)> receive;
};

namespace {

struct Exchange {
  HttpAnswer answer;
  const std::function<bool(std::string_view)>* receive;
  const std::vector<std::string>* pieces;
  std::size_t next_piece = 0;
};

std::size_t TakeBody(char* data, std::size_t size, std::size_t count, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string_view piece(data, size * count);
  if (*exchange.receive) return (*exchange.receive)(piece) ? piece.size() : 0;
  exchange.answer.body += piece;
  return piece.size();
}

std::size_t TakeHeader(char* data, std::size_t size, std::size_t count, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string line(data, size * count);
  const auto colon = line.find(": ");
  if (colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
      return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    exchange.answer.headers[name] = line.substr(colon + 2, line.find('\r') - colon - 2);
  }
  return line.size();
}

/// Gives curl one piece per call; pieces are shorter than curl's buffer.
std::size_t GivePiece(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  if (exchange.next_piece == exchange.pieces->size()) return 0;
  const std::string& piece = (*exchange.pieces)[exchange.next_piece++];
  if (piece.size() > size * count) return CURL_READFUNC_ABORT;
  return piece.copy(buffer, piece.size());
}

void AppendNumber(std::string& bytes, std::size_t number) {
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>((number & 0x7F) | 0x80);
  bytes += static_cast<char>(number);
}

void AppendString(std::string& bytes, std::string_view text) {
  AppendNumber(bytes, text.size());
  bytes += text;
}

}  // namespace

HttpClient HttpClient::OnUnixSocket(const std::string& path) {
  HttpClient client;
  client.socket_ = path;
  return client;
}

HttpClient HttpClient::OnTcp(std::uint16_t port) {
  HttpClient client;
  client.port_ = port;
  return client;
}

HttpClient HttpClient::With(const std::string& header) const {
  HttpClient client = *this;
  client.headers_.push_back(header);
  return client;
}

HttpAnswer HttpClient::Get(const std::string& target) const {
  return Send("GET", target);
}

HttpAnswer HttpClient::Send(const std::string& method, const std::string& target) const {
  return Perform({method, target, {}, nullptr, {}});
}

HttpAnswer HttpClient::Post(const std::string& target, std::string_view body) const {
  return Perform({"POST", target, body, nullptr, {}});
}

HttpAnswer HttpClient::PostChunked(const std::string& target,
                                   const std::vector<std::string>& pieces) const {
  return Perform({"POST", target, {}, &pieces, {}});
}

HttpAnswer HttpClient::PostAndReceive(const std::string& target,
                                      std::string_view body,
                                      const std::function<bool(std::string_view)>& receive) const {
  return Perform({"POST", target, body, nullptr, receive});
}

HttpAnswer HttpClient::Perform(const Request& request) const {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  Exchange exchange{{}, &request.receive, request.pieces};
  const std::string host = port_ == 0 ? "localhost" : "127.0.0.1:" + std::to_string(port_);
  const std::string url = "http://" + host + request.target;
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& header : headers_) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);
  if (!socket_.empty()) curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, socket_.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 90L);
  if (request.pieces != nullptr) {
    curl_easy_setopt(curl.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, GivePiece);
    curl_easy_setopt(curl.get(), CURLOPT_READDATA, &exchange);
  } else if (request.method == "POST") {
    curl_easy_setopt(curl.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(
        curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.data());
  } else if (request.method == "HEAD") {
    curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  exchange.answer.complete = curl_easy_perform(curl.get()) == CURLE_OK;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &exchange.answer.status);
  return exchange.answer;
}

int HttpClient::Connect() const {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  socket_.copy(local.sun_path, sizeof(local.sun_path) - 1);
  sockaddr_in remote{};
  remote.sin_family = AF_INET;
  remote.sin_port = htons(port_);
  remote.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_local = !socket_.empty();
  const int connection = socket(is_local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int failed =
      is_local ? connect(connection, reinterpret_cast<const sockaddr*>(&local), sizeof(local))
               : connect(connection, reinterpret_cast<const sockaddr*>(&remote), sizeof(remote));
  if (failed == 0) return connection;
  close(connection);
  return -1;
}

std::string HttpClient::Raw(std::string_view bytes, AfterSending after) const {
  const int connection = Connect();
  while (!bytes.empty()) {
    const auto sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (after == AfterSending::kHangUp) shutdown(connection, SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = recv(connection, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(connection);
  return answer;
}

std::string Target(const std::vector<std::pair<std::string, std::string>>& params) {
  std::string target = "/";
  for (const auto& [name, value] : params) {
    char* const escaped = curl_easy_escape(nullptr, value.data(), static_cast<int>(value.size()));
    target += (target == "/" ? "?" : "&") + name + "=" + escaped;
    curl_free(escaped);
  }
  return target;
}

std::string NativeBlock(const std::vector<std::string>& values) {
  std::string block;
  AppendNumber(block, 1);
  AppendNumber(block, values.size());
  AppendString(block, "s");
  AppendString(block, "String");
  return block + RowBinaryRows(values);
}

std::string RowBinaryRows(const std::vector<std::string>& values) {
  std::string rows;
  for (const auto& value : values) AppendString(rows, value);
  return rows;
}

}  // namespace polyhouse::engine
