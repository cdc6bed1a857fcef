#include "doors/request_check.h"

#include <strings.h>

#include <string_view>

namespace polyhouse {
namespace {

struct Header {
  const char* name;
  std::size_t count = 0;
  std::string_view value{};
};

// NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
MHD_Result CountHeader(void* context, MHD_ValueKind, const char* name, const char* value) {
  auto& header = *static_cast<Header*>(context);
  if (strcasecmp(name, header.name) != 0) return MHD_YES;
  ++header.count;
  header.value = value == nullptr ? std::string_view() : std::string_view(value);
  return MHD_YES;
}

Header Find(MHD_Connection* connection, const char* name) {
  Header header{name};
  MHD_get_connection_values(connection, MHD_HEADER_KIND, CountHeader, &header);
  return header;
}

}  // namespace

int DescriptorOf(MHD_Connection* connection) {
  const auto* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == nullptr ? -1 : info->connect_fd;
}

std::optional<RequestRefusal> CheckFraming(MHD_Connection* connection) {
  const std::size_t lengths = Find(connection, MHD_HTTP_HEADER_CONTENT_LENGTH).count;
  const std::size_t codings = Find(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING).count;
  if (lengths + codings <= 1) return std::nullopt;
  return RequestRefusal{
      MHD_HTTP_BAD_REQUEST,
      "A request has one Content-Length or one Transfer-Encoding, not both and not two."};
}

std::optional<RequestRefusal> CheckSource(MHD_Connection* connection, const ListeningPlace& place) {
  const Header host = Find(connection, MHD_HTTP_HEADER_HOST);
  const Header origin = Find(connection, MHD_HTTP_HEADER_ORIGIN);
  auto why = WhyRefused({.hosts = host.count,
                         .host = host.value,
                         .origins = origin.count,
                         .origin = origin.value,
                         .fetch_site = Find(connection, "Sec-Fetch-Site").value},
                        place);
  if (!why) return std::nullopt;
  return RequestRefusal{MHD_HTTP_FORBIDDEN, std::move(*why)};
}

}  // namespace polyhouse
