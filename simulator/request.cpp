#include "request.h"

#include <algorithm>
#include <charconv>

namespace polyhouse {
namespace {

enum class Plus { kIsPlus, kIsSpace };

std::string Decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr ==
            text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i] == '+' && plus == Plus::kIsSpace ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::optional<std::string_view> Request::Param(std::string_view name) const {
  const auto found = std::find_if(
      params.rbegin(), params.rend(), [&](const auto& param) { return param.first == name; });
  if (found == params.rend()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Request::Params(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : params) {
    if (key == name) values.push_back(value);
  }
  return values;
}

Request ParseTarget(std::string_view method, std::string_view target) {
  Request request{std::string(method), std::string(target), {}, {}};
  const std::size_t question = target.find('?');
  request.path = Decode(target.substr(0, question), Plus::kIsPlus);
  if (question == std::string_view::npos) return request;
  std::string_view query = target.substr(question + 1);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    request.params.emplace_back(Decode(pair.substr(0, equals), Plus::kIsSpace),
                                Decode(value, Plus::kIsSpace));
  }
  return request;
}

}  // namespace polyhouse
