#include "flow/event_cache.h"

#include "codec/tag_list.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

std::string_view Get(const StateFields& fields, const char* field) {
  const auto found = fields.find(field);
  return found == fields.end() ? std::string_view() : found->second;
}

}  // namespace

CacheChange ForgetOf(const Event& event) {
  return {.kind = std::string(kEventCache),
          .name = event.slug,
          .id = event.id.value(),
          .version = event.version,
          .ttl = kForgottenTtl};
}

CacheChange CacheOf(const Event& event) {
  CacheChange change = ForgetOf(event);
  if (IsSettled(event)) return change;
  change.fields = {{"title", event.title},
                   {"tags", JoinTags(event.tags)},
                   {"series_slug", event.series_slug},
                   {"endDate", event.end_date ? FormatTime(*event.end_date) : ""}};
  return change;
}

EventDetails DetailsOf(const Event& event) {
  return {.event_title = event.title,
          .event_tags = event.tags.values,
          .event_series_slug = event.series_slug,
          .event_end_date = event.end_date,
          .event_version = event.version};
}

std::optional<EventDetails> DetailsOf(const CachedRecord& record) {
  if (record.fields.empty()) return std::nullopt;
  return EventDetails{.event_title = std::string(Get(record.fields, "title")),
                      .event_tags = SplitTags(Get(record.fields, "tags")).values,
                      .event_series_slug = std::string(Get(record.fields, "series_slug")),
                      .event_end_date = ParseApiTime(Get(record.fields, "endDate")),
                      .event_version = record.since};
}

}  // namespace polyhouse
