#include "adapters/http/this_machine.h"

#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/lower_case.h"

namespace polyhouse {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

/// The host as curl understands it, in lower case, without brackets and the dot of the root; empty
/// when there is none.
std::string HostOf(const std::string& text) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  char* part = nullptr;
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_GUESS_SCHEME) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_HOST, &part, CURLU_URLDECODE) != CURLUE_OK) {
    return "";
  }
  const std::unique_ptr<char, FreeText> owned(part);
  std::string host = LowerCase(part);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.pop_back();
  return host;
}

bool IsHere(in_addr_t v4) {
  return v4 == INADDR_ANY || ntohl(v4) >> 24U == IN_LOOPBACKNET;
}

bool IsHere(const in6_addr& v6) {
  if (IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6)) return true;
  return IN6_IS_ADDR_V4MAPPED(&v6) && IsHere(v6.s6_addr32[3]);
}

/// False for a name, too.
bool IsAddressHere(const std::string& text) {
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(text.c_str(), nullptr, &wanted, &found) != 0) return false;
  const std::unique_ptr<addrinfo, FreeAddresses> owned(found);
  if (found->ai_family == AF_INET6) {
    return IsHere(reinterpret_cast<const sockaddr_in6*>(found->ai_addr)->sin6_addr);
  }
  return found->ai_family == AF_INET &&
         IsHere(reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr.s_addr);
}

bool IsOwnName(const std::string& host) {
  std::array<char, 256> own{};
  return gethostname(own.data(), own.size() - 1) == 0 && host == LowerCase(own.data());
}

/// Lines of "address name name … # remark".
bool IsNamedHere(const std::string& host, const std::string& hosts_file) {
  std::ifstream file(hosts_file);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string address;
    words >> address;
    for (std::string name; words >> name;) {
      if (LowerCase(name) == host && IsAddressHere(address)) return true;
    }
  }
  return false;
}

}  // namespace

bool IsForThisMachine(const std::string& url, const std::string& hosts_file) {
  const std::string host = HostOf(url);
  if (host.empty()) return false;
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host == "ip6-localhost" || host == "ip6-loopback") return true;
  return IsAddressHere(host) || IsOwnName(host) || IsNamedHere(host, hosts_file);
}

}  // namespace polyhouse
