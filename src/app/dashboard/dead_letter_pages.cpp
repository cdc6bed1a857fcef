#include "app/dashboard/dead_letter_pages.h"

#include <algorithm>
#include <set>

#include "app/dashboard/envelope.h"
#include "app/letter_replay.h"
#include "app/streams.h"
#include "base/json_text.h"
#include "base/number_text.h"
#include "codec/timestamp.h"
#include "pages/page_json.h"
#include "serve/web_answers.h"

namespace polyhouse {
namespace {

constexpr std::size_t kMostListed = 200;
constexpr std::size_t kMostLookedAt = 10'000;

Result<std::unique_ptr<StreamAdmin>> OpenAdmin(const Environment& environment,
                                               std::unique_ptr<Streams>& streams,
                                               const std::stop_token& stop) {
  auto opened = Streams::Open(environment, {}, stop);
  if (!opened) return std::move(opened).error();
  streams = std::move(*opened);
  return streams->OpenAdmin();
}

WebAnswer Away(const Error& error) {
  return ErrorAnswer(
      WebError::kUnavailable, error.message, "polyhouse status says how things are.");
}

/// The field that a reason names: "volume: …"; empty where it names none.
std::string FieldOf(const DeadLetter& letter) {
  if (letter.kind != kFieldLetter) return {};
  return letter.reason.substr(0, letter.reason.find_first_of(": "));
}

void AppendLetter(std::string& json, const StoredDeadLetter& stored) {
  const DeadLetter& letter = stored.letter;
  AppendField(json, "stream", stored.stream.value());
  AppendField(json, "id", stored.id.value());
  AppendField(json, "reason", letter.kind);
  AppendField(json, "error", letter.reason);
  AppendField(json, "field", FieldOf(letter));
  AppendField(json, "first_seen", FormatTime(letter.first_seen));
  json += ",\"tries\":" + std::to_string(letter.attempts);
}

template <class Texts>
std::string TextsJson(const Texts& texts) {
  std::string json = "[";
  for (const auto& text : texts) AppendJsonString(json += json.size() > 1 ? "," : "", text);
  return json + "]";
}

}  // namespace

WebAnswer DeadLetterPages::List(const WebRequest& request, const std::stop_token& stop) const {
  std::unique_ptr<Streams> streams;
  const auto admin = OpenAdmin(environment_, streams, stop);
  if (!admin) return Away(admin.error());
  DeadLetterFilter filter{.limit = kMostLookedAt};
  const auto letters = (*admin)->DeadLetters(filter);
  if (!letters) return Away(letters.error());
  std::set<std::string> of_streams;
  std::set<std::string> reasons;
  std::vector<const StoredDeadLetter*> wanted;
  for (const StoredDeadLetter& stored : *letters) {
    of_streams.insert(stored.stream.value());
    reasons.insert(stored.letter.kind);
    const auto stream = request.Param("stream");
    const auto reason = request.Param("reason");
    const bool is_wanted = (stream.empty() || stream == stored.stream.value()) &&
                           (reason.empty() || reason == stored.letter.kind);
    if (is_wanted) wanted.push_back(&stored);
  }
  std::size_t from = 0;
  if (!request.Param("cursor").empty() && !ReadNumber(request.Param("cursor"), from)) from = 0;
  from = std::min(from, wanted.size());
  const std::size_t to = std::min(from + kMostListed, wanted.size());
  std::string json = "{\"rows\":[";
  for (std::size_t i = from; i < to; ++i) {
    AppendLetter(json += i == from ? "{" : ",{", *wanted[i]);
    json += "}";
  }
  json += "],\"total\":" + std::to_string(wanted.size()) + ",\"streams\":" + TextsJson(of_streams) +
          ",\"reasons\":" + TextsJson(reasons) + "}";
  return EnvelopeOf(json,
                    environment_.clock.Now(),
                    to < wanted.size() ? std::optional(std::to_string(to)) : std::nullopt);
}

WebAnswer DeadLetterPages::Show(const std::string& stream,
                                const std::string& id,
                                const std::stop_token& stop) const {
  std::unique_ptr<Streams> streams;
  const auto admin = OpenAdmin(environment_, streams, stop);
  if (!admin) return Away(admin.error());
  const auto letters =
      (*admin)->DeadLetters({.stream = StreamName(stream), .id = DeadLetterId(id)});
  if (!letters) return Away(letters.error());
  if (letters->empty()) {
    return ErrorAnswer(WebError::kNotFound,
                       "There is no such dead letter any more.",
                       "It may have been replayed or dropped.");
  }
  std::string json = "{";
  AppendLetter(json, letters->front());
  AppendField(json, "raw", ReadableText(letters->front().letter.data));
  AppendField(json,
              "origin",
              letters->front().letter.form == DeadLetterForm::kApiRecord ? "as the API sent it"
                                                                         : "from its stream");
  return EnvelopeOf(json + "}", environment_.clock.Now());
}

WebAnswer DeadLetterPages::Replay(const std::string& body, const std::stop_token& stop) const {
  const auto wish = ReadReplayWish(body);
  if (!wish) {
    return ErrorAnswer(WebError::kBadRequest,
                       "That says not which dead letters: a stream and 1 to 1000 ids.");
  }
  std::unique_ptr<Streams> streams;
  const auto admin = OpenAdmin(environment_, streams, stop);
  if (!admin) return Away(admin.error());
  std::size_t replayed = 0;
  std::string failed = "[";
  for (const std::string& id : wish->ids) {
    if (stop.stop_requested()) break;
    const auto counts = ReplayLetters(
        **admin, {.stream = StreamName(wish->stream), .id = DeadLetterId(id)}, environment_.clock);
    replayed += counts ? counts->replayed : 0;
    if (counts && counts->replayed > 0 && counts->still_bad == 0) continue;
    AppendField(failed += failed.size() > 1 ? ",{" : "{", "id", id);
    AppendField(failed,
                "why",
                !counts                 ? counts.error().message
                : counts->still_bad > 0 ? "It still cannot be read."
                                        : "It is not there any more.");
    failed += "}";
  }
  return EnvelopeOf("{\"replayed\":" + std::to_string(replayed) + ",\"failed\":" + failed + "]}",
                    environment_.clock.Now());
}

}  // namespace polyhouse
