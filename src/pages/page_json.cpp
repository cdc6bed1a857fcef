#include "pages/page_json.h"

#include <simdjson.h>

#include <string_view>

namespace polyhouse {
namespace {

constexpr std::size_t kMostReplayed = 1'000;

}  // namespace

std::optional<TradeNews> ReadTradeNews(const std::string& answer, std::size_t most) {
  simdjson::dom::parser parser;
  simdjson::dom::element whole;
  simdjson::dom::array rows;
  if (parser.parse(answer).get(whole) != simdjson::SUCCESS ||
      whole["data"]["rows"].get(rows) != simdjson::SUCCESS) {
    return {};
  }
  TradeNews news{.rows = "[", .last = {}, .before = {}};
  std::size_t shown = 0;
  for (const simdjson::dom::element row : rows) {
    std::string_view id;
    if (row.at(0).get(id) != simdjson::SUCCESS) return {};
    if (shown == 0) news.last = id;
    if (shown++ == most) {
      news.before = id;
      break;
    }
    news.rows.append(news.rows.size() > 1 ? "," : "").append(simdjson::minify(row));
  }
  news.rows += "]";
  return news;
}

std::string MarketNews(const std::string& answer) {
  simdjson::dom::parser parser;
  simdjson::dom::element whole;
  simdjson::dom::element data;
  if (parser.parse(answer).get(whole) != simdjson::SUCCESS ||
      whole["data"].get(data) != simdjson::SUCCESS) {
    return {};
  }
  std::string json = "{";
  for (const char* const name : {"id", "prices", "last", "volume", "state"}) {
    simdjson::dom::element value;
    if (data[name].get(value) != simdjson::SUCCESS) return {};
    json += json.size() > 1 ? ",\"" : "\"";
    json.append(name).append("\":").append(simdjson::minify(value));
  }
  return json;
}

std::optional<ReplayWish> ReadReplayWish(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::element wish;
  std::string_view stream;
  simdjson::dom::array ids;
  if (parser.parse(body).get(wish) != simdjson::SUCCESS ||
      wish["stream"].get(stream) != simdjson::SUCCESS ||
      wish["ids"].get(ids) != simdjson::SUCCESS) {
    return {};
  }
  ReplayWish read{std::string(stream), {}};
  for (const auto id : ids) {
    std::string_view text;
    if (id.get(text) != simdjson::SUCCESS) return {};
    read.ids.emplace_back(text);
  }
  if (read.ids.empty() || read.ids.size() > kMostReplayed) return {};
  return read;
}

std::string ReadableText(const std::string& bytes) {
  if (simdjson::validate_utf8(bytes)) return bytes;
  std::string readable;
  for (const char byte : bytes) {
    const bool is_ascii = static_cast<unsigned char>(byte) < 0x80;
    is_ascii ? readable += byte : readable += "\xEF\xBF\xBD";
  }
  return readable;
}

}  // namespace polyhouse
