#include "checks/table_answer.h"

#include "base/number_text.h"

namespace polyhouse {
namespace {

/// Two threads, small blocks, and sorting or grouping on disk beyond 100 MB; tables are read and
/// grouped in the order they lie in.
constexpr std::string_view kGentle =
    " SETTINGS max_threads = 2, max_block_size = 16384, optimize_aggregation_in_order = 1, "
    "max_bytes_before_external_group_by = 100000000, max_bytes_before_external_sort = 100000000 "
    "FORMAT TabSeparated";

std::string Unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'n':
        plain += '\n';
        break;
      case 't':
        plain += '\t';
        break;
      case 'r':
        plain += '\r';
        break;
      case 'b':
        plain += '\b';
        break;
      case 'f':
        plain += '\f';
        break;
      case '0':
        plain += '\0';
        break;
      default:
        plain += text[i];
    }
  }
  return plain;
}

}  // namespace

TableAnswer AnswerOf(std::string_view text) {
  TableAnswer answer;
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    auto& row = answer.emplace_back();
    std::size_t begin = 0;
    for (auto tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t', begin)) {
      row.push_back(Unescaped(line.substr(begin, tab - begin)));
      begin = tab + 1;
    }
    row.push_back(Unescaped(line.substr(begin)));
  }
  return answer;
}

Result<TableAnswer> Ask(TableReader& tables, const std::string& sql, std::stop_token stop) {
  const auto text = tables.Fetch(sql + std::string(kGentle), std::move(stop));
  if (!text) return text.error();
  return AnswerOf(*text);
}

Result<std::uint64_t> AskNumber(TableReader& tables, const std::string& sql, std::stop_token stop) {
  const auto answer = Ask(tables, sql, std::move(stop));
  if (!answer) return answer.error();
  return answer->empty() ? 0 : NumberIn(answer->front().front());
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string QuotedList(std::span<const std::string> texts) {
  std::string list = "(";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ",";
    list += Quoted(text);
  }
  return list.size() == 1 ? "('')" : list + ")";
}

std::uint64_t NumberIn(std::string_view text) {
  std::uint64_t number = 0;
  return ReadNumber(text, number) ? number : 0;
}

}  // namespace polyhouse
