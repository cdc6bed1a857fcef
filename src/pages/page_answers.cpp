#include "pages/page_answers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/timestamp.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostKnown = 256;
/// For how long those who ask the same wait for one who finds it out.
constexpr milliseconds kTogether{2'000};
/// How far a list is looked back for, step by step; the last one is all there is.
constexpr std::array<std::string_view, 4> kHours = {"1", "16", "256", "0"};

std::string KeyOf(const AskedQuestion& asked) {
  std::string key(asked.question->path);
  for (const auto& [name, value] : asked.params) key += "\n" + name + "=" + value;
  return key;
}

std::string Envelope(const std::string& row, Timestamp as_of, milliseconds took, bool stale) {
  return "{\"as_of\":\"" + FormatTime(as_of) + "\",\"stale\":" + (stale ? "true" : "false") +
         ",\"truncated\":false,\"took_ms\":" + std::to_string(took.count()) + "," + row.substr(1) +
         "\n";
}

}  // namespace

bool IsOfDeadline(const Error& error) {
  return error.message.find("TIMEOUT_EXCEEDED") != std::string::npos;
}

Result<std::string> PageAnswers::FetchRow(const AskedQuestion& asked,
                                          const std::stop_token& stop) const {
  std::string row;
  TableQuestion question{
      .sql = PageSql(asked.question->sql),
      .settings = {{"default_format", "JSONEachRow"},
                   {"date_time_output_format", "iso"},
                   {"output_format_json_quote_64bit_integers", "1"},
                   {"output_format_json_quote_denormals", "0"},
                   {"output_format_json_escape_forward_slashes", "0"},
                   {"enable_named_columns_in_function_tuple", "1"},
                   {"allow_experimental_variant_type", "1"},
                   {"max_execution_time",
                    std::to_string(
                        std::chrono::ceil<std::chrono::seconds>(asked.question->deadline).count())},
                   {"max_threads", "2"}},
      .on_data = [&row](std::string_view data) {
        row += data;
        return true;
      }};
  for (const auto& [name, value] : asked.params) {
    question.settings.emplace_back("param_" + name, value);
  }
  if (auto status = ask_(question, stop); !status) return std::move(status).error();
  while (row.ends_with('\n')) row.pop_back();
  if (row.empty()) return RejectedError("there is no such thing here");
  return row;
}

Result<PageAnswers::Found> PageAnswers::Ask(const AskedQuestion& asked,
                                            const std::stop_token& stop) const {
  const auto begun = clock_.Steady();
  const auto took = [&] {
    return std::chrono::duration_cast<milliseconds>(clock_.Steady() - begun);
  };
  AskedQuestion nearer = asked;
  const auto after = asked.params.find("after");
  const bool is_of_news = after != asked.params.end() && !after->second.empty();
  // What came after something is new.
  if (is_of_news) nearer.params["hours"] = kHours.front();
  if (!asked.question->widens || is_of_news) {
    auto row = FetchRow(nearer, stop);
    if (!row) return std::move(row).error();
    return Found{std::move(*row), took()};
  }
  std::string found;
  for (const std::string_view hours : kHours) {
    nearer.params["hours"] = hours;
    auto row = FetchRow(nearer, stop);
    // What is near is better than nothing; it says how far it goes back.
    if (!row && found.empty()) return std::move(row).error();
    if (!row) break;
    found = std::move(*row);
    // A cursor: there is more than was asked for.
    if (!found.ends_with("\"next\":null}")) break;
  }
  return Found{std::move(found), took()};
}

void PageAnswers::Forget() {
  if (known_.size() <= kMostKnown) return;
  const auto oldest =
      std::min_element(known_.begin(), known_.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.is_asked, a.second.at) <
               std::pair(b.second.is_asked, b.second.at);
      });
  if (!oldest->second.is_asked) known_.erase(oldest);
}

Result<std::string> PageAnswers::AnswerAnew(const AskedQuestion& asked,
                                            const std::stop_token& stop) const {
  auto found = Ask(asked, stop);
  if (!found) return std::move(found).error();
  return Envelope(found->row, clock_.Now(), found->took, false);
}

Result<std::string> PageAnswers::Answer(const AskedQuestion& asked, const std::stop_token& stop) {
  const std::string key = KeyOf(asked);
  std::unique_lock lock(mutex_);
  const auto is_fresh = [&](const Known& known) {
    return !known.row.empty() && clock_.Steady() - known.at < asked.question->fresh;
  };
  found_.wait_for(lock, stop, kTogether, [&] { return !known_[key].is_asked; });
  if (const Known& known = known_[key]; is_fresh(known)) {
    return Envelope(known.row, known.as_of, known.took, false);
  }
  known_[key].is_asked = true;
  lock.unlock();
  auto found = Ask(asked, stop);
  const Timestamp now = clock_.Now();
  lock.lock();
  Known& known = known_[key];
  known.is_asked = false;
  found_.notify_all();
  if (found) {
    known = {std::move(found->row), now, clock_.Steady(), found->took};
    std::string answer = Envelope(known.row, known.as_of, known.took, false);
    Forget();
    return answer;
  }
  const bool is_away = found.error().kind == ErrorKind::kTransient && !IsOfDeadline(found.error());
  if (is_away && !known.row.empty()) return Envelope(known.row, known.as_of, known.took, true);
  if (known.row.empty()) known_.erase(key);
  return std::move(found).error();
}

}  // namespace polyhouse
