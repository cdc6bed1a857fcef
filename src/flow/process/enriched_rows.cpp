#include "flow/process/enriched_rows.h"

#include <algorithm>
#include <set>

#include "base/split.h"
#include "codec/row_block.h"
#include "codec/table_spec.h"
#include "codec/timestamp.h"
#include "flow/event_cache.h"
#include "flow/process/table_rows.h"

namespace polyhouse {
namespace {

/// Rows of an entry: one entry a row would be most of what a stream has to carry.
constexpr std::size_t kEntryRows = 200;

bool IsId(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "('1','2')"; ids are digits.
std::string SqlList(std::span<const std::string> ids) {
  std::string list = "(";
  for (const std::string& id : ids) {
    if (list.size() > 1) list += ',';
    list.append("'").append(id).append("'");
  }
  return list + ")";
}

/// What a row takes from the table `markets`.
std::string MarketColumns() {
  const auto of_markets = TableSpecOf<Market>().columns;
  std::string list;
  for (const auto& column : TableSpecOf<EnrichedMarket>().columns) {
    const bool is_there =
        std::any_of(of_markets.begin(), of_markets.end(), [&](const auto& of_market) {
          return of_market.name == column.name;
        });
    if (!is_there) continue;
    if (!list.empty()) list += ", ";
    list.append("`").append(column.name).append("`");
  }
  return list;
}

constexpr std::string_view kEventColumns =
    "SELECT id AS event_id, title AS event_title, tags AS event_tags, series_slug AS "
    "event_series_slug, endDate AS event_end_date, version AS event_version FROM "
    "polymarket_events WHERE id IN ";

}  // namespace

void Join(EnrichedMarket& market, const DetailsById& details) {
  const auto found = details.find(market.event_id);
  static_cast<EventDetails&>(market) = found == details.end() ? EventDetails() : found->second;
  market.market_version = market.version;
  market.version += market.event_version;
}

void AddRows(std::span<const EnrichedMarket> rows, Timestamp now, AppendTransaction& append) {
  while (!rows.empty()) {
    const auto some = rows.first(std::min(rows.size(), kEntryRows));
    NewEntry entry{.timestamp = FormatTime(now),
                   .version = kLinesVersion,
                   .rows = static_cast<std::uint32_t>(some.size())};
    for (const EnrichedMarket& row : some) AppendRow(entry.data, EncodeEntry(row));
    append.entries.push_back(std::move(entry));
    rows = rows.subspan(some.size());
  }
}

Result<DetailsById> EnrichmentSource::EventsOf(std::span<const EnrichedMarket> markets,
                                               const std::stop_token& stop) {
  std::map<EventId, std::string> slugs;
  for (const EnrichedMarket& market : markets) {
    if (!market.event_id.empty()) slugs.emplace(market.event_id, market.event_slug);
  }
  std::vector<std::string> names;
  for (const auto& [id, slug] : slugs) names.push_back(slug);
  const auto cached = cache_.Cached(kEventCache, names);
  if (!cached) return cached.error();
  DetailsById details;
  std::vector<std::string> missing;
  auto record = cached->begin();
  for (const auto& [id, slug] : slugs) {
    const bool is_there = *record && (*record)->id == id.value();
    auto found = is_there ? DetailsOf(**record) : std::nullopt;
    ++record;
    if (found) {
      details.emplace(id, std::move(*found));
    } else {
      missing.push_back(id.value());
    }
  }
  if (auto status = AddStored(missing, details, stop); !status) return std::move(status).error();
  return details;
}

Status EnrichmentSource::AddStored(const std::vector<std::string>& ids,
                                   DetailsById& details,
                                   const std::stop_token& stop) {
  if (ids.empty()) return Ok();
  const auto answer =
      tables_.Fetch(std::string(kEventColumns) + SqlList(ids) +
                        " ORDER BY version DESC LIMIT 1 BY id" + std::string(kAsEntries),
                    stop);
  if (!answer) return answer.error();
  Status status = Ok();
  EachTableRow(decoder_, *answer, [&](auto row, std::string_view) {
    if (!row) {
      status = std::move(row).error().WithContext("an event in the table polymarket_events");
      return;
    }
    details.emplace(row->event_id, std::move(static_cast<EventDetails&>(*row)));
  });
  return status;
}

Result<std::vector<std::string>> EnrichmentSource::Ids(const std::string& sql,
                                                       const std::stop_token& stop) {
  const auto answer = tables_.Fetch(sql + " FORMAT TabSeparated", stop);
  if (!answer) return answer.error();
  std::vector<std::string> ids = Split(*answer, '\n');
  std::erase_if(ids, [](const std::string& id) { return !IsId(id); });
  return ids;
}

Result<std::vector<std::string>> EnrichmentSource::MarketsOf(const DetailsById& details,
                                                             const std::stop_token& stop) {
  std::vector<std::string> events;
  for (const auto& [id, of_event] : details) events.push_back(id.value());
  // Without FINAL only one column is read. A market that is of another event by now is read for
  // nothing.
  return Ids("SELECT DISTINCT id FROM markets WHERE event_id IN " + SqlList(events), stop);
}

Result<std::vector<std::string>> EnrichmentSource::MarketsAfter(const std::string& id,
                                                                std::size_t most,
                                                                const std::stop_token& stop) {
  return Ids("SELECT DISTINCT id FROM markets WHERE id > '" + id +
                 "' AND match(id, '^[0-9]+$') ORDER BY id LIMIT " + std::to_string(most),
             stop);
}

Result<EnrichmentSource::Markets> EnrichmentSource::Read(std::span<const std::string> ids,
                                                         Timestamp now,
                                                         const std::stop_token& stop) {
  Markets markets;
  if (ids.empty()) return markets;
  const auto answer =
      tables_.Fetch("SELECT " + MarketColumns() + " FROM markets FINAL WHERE id IN " +
                        SqlList(ids) + std::string(kAsEntries),
                    stop);
  if (!answer) return answer.error();
  EachTableRow(decoder_, *answer, [&](auto row, std::string_view text) {
    if (row) {
      markets.rows.push_back(std::move(*row));
      return;
    }
    markets.unreadable.push_back(
        {.form = DeadLetterForm::kEntry,
         .data = std::string(text),
         .kind = std::string(ToString(row.error().kind)),
         .reason = "a row of the table markets cannot be read: " + row.error().message,
         .first_seen = now,
         .timestamp = FormatTime(now)});
  });
  return markets;
}

}  // namespace polyhouse
