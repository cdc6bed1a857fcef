#include "checks/view_parameters.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/lower_case.h"
#include "checks/table_answer.h"

namespace polyhouse {
namespace {

/// What the engine says of a view that was asked without brackets, which has no columns for it.
constexpr std::array<std::string_view, 3> kWithoutColumns = {"Code: 47.", "Code: 51.", "Code: 90."};
/// And of one with brackets, in which something is missing.
constexpr std::string_view kNotSet = "Code: 456.";

bool IsWordPart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// A table or view that stands behind FROM or JOIN.
struct AskedTable {
  std::string name;  ///< Without its database.
  bool has_brackets = false;
};

/// Goes over the words of a statement.
class Words {
 public:
  explicit Words(std::string_view sql) : rest_(sql) {}

  /// The next word, in or without quotes of names; empty: there is none.
  std::string_view Next() {
    while (!rest_.empty() && !IsWordPart(rest_.front())) Skip();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsWordPart);
    const auto word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return word;
  }

  /// What follows the word, but for spaces and quotes; 0: nothing.
  char Following() const {
    const auto at = rest_.find_first_not_of("`\" \t\r\n");
    return at == std::string_view::npos ? '\0' : rest_[at];
  }

 private:
  /// One character, or a whole text.
  void Skip() {
    const bool is_text = rest_.front() == '\'';
    rest_.remove_prefix(1);
    if (!is_text) return;
    while (!rest_.empty() && rest_.front() != '\'') {
      rest_.remove_prefix(rest_.front() == '\\' && rest_.size() > 1 ? 2 : 1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

std::vector<AskedTable> TablesAsked(std::string_view sql) {
  std::vector<AskedTable> asked;
  Words words(sql);
  for (auto word = words.Next(); !word.empty(); word = words.Next()) {
    const std::string lower = LowerCase(word);
    if ((lower != "from" && lower != "join") || words.Following() == '(') continue;
    auto name = words.Next();
    if (words.Following() == '.') name = words.Next();
    asked.push_back({std::string(name), words.Following() == '('});
  }
  return asked;
}

/// A value that such a parameter may have.
std::string ExampleOf(const std::string& name, const std::string& type) {
  if (name == "wallet") return "'0x…'";
  if (name == "step") return "3600";
  if (type.starts_with("DateTime")) return "'2026-11-01 00:00:00'";
  return type == "String" ? "'…'" : "24";
}

std::string Sentence(const std::string& view, const TableAnswer& parameters) {
  std::string named;
  std::string example;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& name = parameters[i][0];
    const std::string& type = parameters[i][1];
    if (i > 0) named += i + 1 == parameters.size() ? " and " : ", ";
    named += name + " (" + type + ")";
    example += (i > 0 ? ", " : "") + name + " = " + ExampleOf(name, type);
  }
  return "the view " + view + " takes " +
         (parameters.size() == 1 ? "a parameter, " : "parameters, ") + named + ": SELECT * FROM " +
         view + "(" + example + ")";
}

}  // namespace

std::string AboutParameters(TableReader& tables,
                            std::string_view sql,
                            std::string_view message,
                            std::stop_token stop) {
  const auto is = [&](std::string_view code) { return message.starts_with(code); };
  const bool is_without = std::any_of(kWithoutColumns.begin(), kWithoutColumns.end(), is);
  if (!is_without && !is(kNotSet)) return {};
  for (const AskedTable& each : TablesAsked(sql)) {
    if (each.has_brackets && is_without) continue;
    // From the definition: servers from before 2025 list no parameters.
    const auto parameters =
        Ask(tables,
            "SELECT found[1], found[2] FROM (SELECT "
            "arrayJoin(arrayDistinct(extractAllGroupsVertical(create_table_query, "
            "'\\\\{(\\\\w+): ?([^{}]+)\\\\}'))) AS found FROM system.tables WHERE name = " +
                Quoted(each.name) + " AND engine = 'View' AND database = currentDatabase())",
            stop);
    if (!parameters) return {};
    if (!parameters->empty()) return Sentence(each.name, *parameters);
  }
  return {};
}

}  // namespace polyhouse
