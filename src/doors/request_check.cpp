#include "doors/request_check.h"

#include <algorithm>
#include <vector>

#include "base/lower_case.h"

namespace polyhouse {
namespace {

struct HeaderLine {
  std::string_view name;
  std::string_view value;
};
using Headers = std::vector<HeaderLine>;

// NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
MHD_Result AddHeader(void* context,
                     MHD_ValueKind,
                     const char* name,
                     std::size_t name_size,
                     const char* value,
                     std::size_t value_size) {
  static_cast<Headers*>(context)->push_back(
      {{name, name_size},
       value == nullptr ? std::string_view() : std::string_view(value, value_size)});
  return MHD_YES;
}

Headers HeadersOf(MHD_Connection* connection) {
  Headers headers;
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, AddHeader, &headers);
  return headers;
}

/// How often a header is there, and its value the last time.
struct Found {
  std::size_t count = 0;
  std::string_view value{};
  bool is_cut = false;
};

/// libmicrohttpd (0.9.75) takes a zero byte inside a line for its end. The rest of the line then
/// stands behind the value, where otherwise the line's end is, zero by now, or the next line.
bool IsCut(const Headers& headers, std::string_view value) {
  if (value.data() == nullptr) return false;
  const char* const next = value.data() + value.size() + 1;
  if (std::string_view("\0\r\n\t ", 5).find(*next) != std::string_view::npos) return false;
  return std::none_of(headers.begin(), headers.end(), [&](const HeaderLine& line) {
    return line.name.data() == next;
  });
}

std::string_view WithoutSpaceAtTheEnd(std::string_view value) {
  return value.substr(0, value.find_last_not_of(" \t") + 1);
}

Found Find(const Headers& headers, std::string_view name) {
  Found found;
  for (const HeaderLine& line : headers) {
    if (LowerCase(line.name) != name) continue;
    ++found.count;
    found.value = WithoutSpaceAtTheEnd(line.value);
    found.is_cut = found.is_cut || IsCut(headers, line.value);
  }
  return found;
}

/// "Host :" is no Host to one reader and one to another.
bool IsName(std::string_view name) {
  return name.find_first_of(std::string_view(" \t\r\n\0", 5)) == std::string_view::npos;
}

}  // namespace

int DescriptorOf(MHD_Connection* connection) {
  const auto* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == nullptr ? -1 : info->connect_fd;
}

std::optional<RequestRefusal> CheckFraming(MHD_Connection* connection) {
  const Headers headers = HeadersOf(connection);
  const bool all_named = std::all_of(
      headers.begin(), headers.end(), [](const HeaderLine& line) { return IsName(line.name); });
  if (!all_named) {
    return RequestRefusal{MHD_HTTP_BAD_REQUEST, "The name of a header ends with its colon."};
  }
  const std::size_t lengths = Find(headers, "content-length").count;
  const std::size_t codings = Find(headers, "transfer-encoding").count;
  if (lengths + codings <= 1) return std::nullopt;
  return RequestRefusal{
      MHD_HTTP_BAD_REQUEST,
      "A request has one Content-Length or one Transfer-Encoding, not both and not two."};
}

std::optional<RequestRefusal> CheckSource(MHD_Connection* connection,
                                          std::string_view http_version,
                                          const ListeningPlace& place,
                                          PathUse use) {
  const Headers headers = HeadersOf(connection);
  const Found host = Find(headers, "host");
  const Found origin = Find(headers, "origin");
  const Found fetch_site = Find(headers, "sec-fetch-site");
  const bool opens_page = Find(headers, "sec-fetch-mode").value == "navigate" &&
                          Find(headers, "sec-fetch-dest").value == "document";
  if (host.is_cut || origin.is_cut || fetch_site.is_cut) {
    return RequestRefusal{MHD_HTTP_BAD_REQUEST, "There is a zero byte in a header."};
  }
  auto why = WhyRefused({.hosts = host.count,
                         .needs_host = http_version != MHD_HTTP_VERSION_1_0,
                         .host = host.value,
                         .origins = origin.count,
                         .origin = origin.value,
                         .fetch_sites = fetch_site.count,
                         .fetch_site = fetch_site.value,
                         .is_link = use == PathUse::kPage && opens_page},
                        place);
  if (!why) return std::nullopt;
  return RequestRefusal{MHD_HTTP_FORBIDDEN, std::move(*why)};
}

}  // namespace polyhouse
