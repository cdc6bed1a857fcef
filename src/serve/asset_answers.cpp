#include "serve/asset_answers.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/split.h"
#include "serve/assets.h"

namespace polyhouse {
namespace {

constexpr std::string_view kShell = "/index.html";

/// Paths of the page, a "*" for any part.
constexpr std::array<std::string_view, 16> kPages = {"/",
                                                     "/markets",
                                                     "/market/*",
                                                     "/event/*",
                                                     "/event/*/*",
                                                     "/wallets",
                                                     "/wallet/*",
                                                     "/profile/*",
                                                     "/trades",
                                                     "/sql",
                                                     "/quality",
                                                     "/quality/*",
                                                     "/quality/*/*",
                                                     "/quality/*/*/*",
                                                     "/login",
                                                     "/licences"};

bool IsPage(std::string_view path, std::string_view pattern) {
  const auto parts = Split(path, '/');
  const auto wanted = Split(pattern, '/');
  return parts.size() == wanted.size() &&
         std::equal(
             parts.begin(), parts.end(), wanted.begin(), [](const auto& part, const auto& each) {
               return each == "*" ? !part.empty() : part == each;
             });
}

const Asset* Find(std::string_view path) {
  const auto assets = Assets();
  const auto asset = std::find_if(
      assets.begin(), assets.end(), [&](const auto& each) { return each.path == path; });
  return asset == assets.end() ? nullptr : &*asset;
}

/// For the rare client that takes nothing compressed.
std::string Unpacked(std::string_view gzip) {
  constexpr int kGzip = 16 + MAX_WBITS;
  z_stream stream{};
  std::string bytes;
  if (inflateInit2(&stream, kGzip) != Z_OK) return bytes;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::array<char, 16'384> piece{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    bytes.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return bytes;
}

WebAnswer AnswerOf(const Asset& asset, const WebRequest& request) {
  const std::string tag = "\"" + std::string(asset.tag) + "\"";
  WebAnswer answer{
      .type = std::string(asset.type),
      .headers = {{"Cache-Control",
                   asset.is_immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                  {"ETag", tag},
                  {"Vary", "Accept-Encoding"}}};
  if (request.if_none_match == tag) {
    answer.status = 304;
    return answer;
  }
  if (request.takes_gzip) {
    answer.kept_body = asset.gzip;
    answer.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    answer.body = Unpacked(asset.gzip);
  }
  return answer;
}

}  // namespace

std::optional<WebAnswer> AssetAnswer(const WebRequest& request) {
  const Asset* asset = Find(request.path);
  if (asset == nullptr) return std::nullopt;
  return AnswerOf(*asset, request);
}

std::optional<WebAnswer> ShellAnswer(const WebRequest& request) {
  const Asset* asset = Find(kShell);
  if (asset == nullptr) return std::nullopt;
  const bool is_page = std::any_of(kPages.begin(), kPages.end(), [&](std::string_view pattern) {
    return IsPage(request.path, pattern);
  });
  WebAnswer answer = AnswerOf(*asset, request);
  if (is_page) return answer;
  if (answer.status == 304) answer = AnswerOf(*asset, {.takes_gzip = request.takes_gzip});
  answer.status = 404;
  return answer;
}

}  // namespace polyhouse
