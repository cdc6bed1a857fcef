#include "adapters/redis/redis_entry.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/json_text.h"

namespace polyhouse {
namespace {

template <class Number>
Number ToNumber(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

EntryId ParseEntryId(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  return {ToNumber<std::uint64_t>(text.substr(0, dash)),
          ToNumber<std::uint64_t>(text.substr(dash + 1))};
}

namespace {

/// Entries of the older pipeline have no version: theirs is the request's schema, which is our
/// first.
int VersionOf(RedisValue fields) {
  const auto version = fields.Field("v").text();
  return version.empty() ? 1 : ToNumber<int>(version);
}

/// All that it holds, for its dead letter.
Entry ToForeignEntry(RedisValue element) {
  const RedisValue fields = element[1];
  std::string json;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    AppendJsonString(json += i == 0 ? "{" : ",", fields[i].text());
    AppendJsonString(json += ":", fields[i + 1].text());
  }
  return {.id = ParseEntryId(element[0].text()),
          .data = json + "}",
          .timestamp = std::string(fields.Field("timestamp").text()),
          .is_foreign = true};
}

}  // namespace

EntryId Before(EntryId id) {
  if (id.low > 0) return {id.high, id.low - 1};
  if (id.high > 0) return {id.high - 1, std::numeric_limits<std::uint64_t>::max()};
  return id;
}

bool IsGone(RedisValue element) {
  return !element[1].IsArray();
}

Entry ToEntry(RedisValue element) {
  const RedisValue fields = element[1];
  const auto rows = fields.Field("rows").text();
  if (fields.Field("data").IsNil()) return ToForeignEntry(element);
  return {.id = ParseEntryId(element[0].text()),
          .data = std::string(fields.Field("data").text()),
          .timestamp = std::string(fields.Field("timestamp").text()),
          .version = VersionOf(fields),
          .rows = rows.empty() ? 1 : std::max<std::uint32_t>(ToNumber<std::uint32_t>(rows), 1)};
}

StoredDeadLetter ToDeadLetter(RedisValue element, StreamName stream) {
  const RedisValue fields = element[1];
  const auto text = [&](std::string_view name) { return std::string(fields.Field(name).text()); };
  const std::chrono::milliseconds first_seen(ToNumber<std::int64_t>(text("first_seen")));
  return {.id = DeadLetterId(std::string(element[0].text())),
          .stream = std::move(stream),
          .letter = {
              .form = text("form") == "entry" ? DeadLetterForm::kEntry : DeadLetterForm::kApiRecord,
              .data = text("data"),
              .kind = text("kind"),
              .reason = text("reason"),
              .attempts = ToNumber<std::uint32_t>(text("attempts")),
              .first_seen = Timestamp(first_seen),
              .timestamp = text("timestamp"),
              .version = VersionOf(fields)}};
}

}  // namespace polyhouse
