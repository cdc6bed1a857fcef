#include "recorded_world.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "json_scan.h"
#include "moment.h"
#include "recording.h"

namespace polyhouse {
namespace {

SortValue ToSortValue(simdjson::dom::element element, OrderType type) {
  std::string_view text;
  double number = 0;
  const bool is_text = element.get(text) == simdjson::SUCCESS;
  switch (type) {
    case OrderType::kText:
      return is_text ? SortValue(std::string(text)) : std::monostate();
    case OrderType::kTime:
      if (const auto moment = is_text ? ParseMoment(text) : std::nullopt) {
        return static_cast<double>(moment->time_since_epoch().count());
      }
      return std::monostate();
    case OrderType::kNumber:
      if (element.get(number) == simdjson::SUCCESS) return number;
      if (is_text &&
          std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc()) {
        return number;
      }
      return std::monostate();
  }
  return std::monostate();
}

class RecordedRows final : public Rows {
 public:
  RecordedRows(Listing listing, std::vector<RecordedRow> rows)
      : listing_(listing), rows_(std::move(rows)), gone_(rows_.size()) {
    for (RowNumber row = 0; row < Count(); ++row) {
      const RecordedRow& record = rows_[row];
      AddName(LookupKey::kId, std::to_string(record.id), row);
      AddName(LookupKey::kSlug, record.slug, row);
      AddName(LookupKey::kConditionId, record.condition_id, row);
      for (const std::string& token : record.token_ids) AddName(LookupKey::kTokenId, token, row);
    }
  }

  RowNumber Count() const override { return static_cast<RowNumber>(rows_.size()); }
  std::uint64_t Id(RowNumber row) const override { return rows_[row].id; }
  bool IsClosed(RowNumber row) const override { return rows_[row].is_closed; }

  Visibility VisibilityOf(RowNumber row, Revision) const override {
    return gone_[row] ? Visibility::kGone : Visibility::kListed;
  }

  void Vanish(RowNumber row) { gone_[row] = true; }

  bool HasCondition(RowNumber row) const override { return !rows_[row].condition_id.empty(); }

  SortValue Value(RowNumber row, OrderField field) const override {
    const auto raw = FindField(rows_[row].raw, ToString(field));
    simdjson::dom::parser parser;
    simdjson::dom::element element;
    if (!raw || parser.parse(simdjson::padded_string(*raw)).get(element) != simdjson::SUCCESS) {
      return std::monostate();
    }
    return ToSortValue(element, TypeOf(listing_, field));
  }

  std::vector<RowNumber> Find(LookupKey by, std::string_view text) const override {
    std::vector<RowNumber> found;
    const auto [begin, end] = names_.equal_range(Name(by, text));
    std::transform(
        begin, end, std::back_inserter(found), [](const auto& entry) { return entry.second; });
    std::ranges::sort(found);
    return found;
  }

  void Render(RowNumber row, const RenderOptions& options, std::string& out) const override {
    const RecordedRow& record = rows_[row];
    if (listing_ == Listing::kEvents && !options.include_markets) {
      out += WithoutField(record.raw, "markets");
    } else if (listing_ == Listing::kMarkets && options.include_tags && !record.tags.empty()) {
      out += WithField(record.raw, "tags", record.tags);
    } else {
      out += record.raw;
    }
  }

 private:
  static std::string Name(LookupKey by, std::string_view text) {
    return std::to_string(static_cast<int>(by)).append(text);
  }

  void AddName(LookupKey by, std::string_view text, RowNumber row) {
    if (!text.empty()) names_.emplace(Name(by, text), row);
  }

  Listing listing_;
  std::vector<RecordedRow> rows_;
  std::vector<bool> gone_;
  std::unordered_multimap<std::string, RowNumber> names_;
};

class RecordedWorld final : public World {
 public:
  explicit RecordedWorld(Recording recording)
      : markets_(Listing::kMarkets, std::move(recording.markets)),
        events_(Listing::kEvents, std::move(recording.events)) {}

  const Rows& Records(Listing listing) const override {
    return listing == Listing::kMarkets ? markets_ : events_;
  }
  Revision CurrentRevision() const override { return 0; }
  WorldChange Tick() override { return {}; }
  WorldChange CloseMarket(RowNumber) override { return {}; }
  WorldChange EditEvent(RowNumber) override { return {}; }

  WorldChange Vanish(Listing listing, RowNumber row) override {
    WorldChange change;
    const bool is_market = listing == Listing::kMarkets;
    (is_market ? markets_ : events_).Vanish(row);
    (is_market ? change.markets : change.events).push_back(row);
    return change;
  }

 private:
  RecordedRows markets_;
  RecordedRows events_;
};

}  // namespace

Result<std::unique_ptr<World>> OpenRecordedWorld(const std::string& directory) {
  Result<Recording> recording = ReadRecordings(directory);
  if (!recording) return recording.error();
  return std::unique_ptr<World>(std::make_unique<RecordedWorld>(*std::move(recording)));
}

}  // namespace polyhouse
