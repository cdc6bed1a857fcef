#include "drift.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "json_scan.h"
#include "moment.h"

namespace polyhouse {
namespace {

/// What follows the name of a drift.
enum class DriftValue : std::uint8_t { kNone, kCount, kField };

struct DriftRow {
  std::string_view name;
  DriftValue value;
  bool Drift::*flag;  ///< Null for drifts that are no flag of the listing.
  std::string_view help;
};

constexpr std::array kDriftRows{
    DriftRow{"page-cap", DriftValue::kCount, nullptr, "a page has N rows at most"},
    DriftRow{"order-ignored", DriftValue::kNone, &Drift::order_ignored, "rows come by rising id"},
    DriftRow{"date-order-ignored",
             DriftValue::kNone,
             &Drift::date_order_ignored,
             "order=endDate is ignored"},
    DriftRow{"closed-default",
             DriftValue::kNone,
             &Drift::closed_default,
             "without the closed parameter open and closed rows come"},
    DriftRow{"closed-ignored",
             DriftValue::kNone,
             &Drift::closed_ignored,
             "the closed parameter does nothing"},
    DriftRow{"cursor-ignored",
             DriftValue::kNone,
             &Drift::cursor_ignored,
             "every page is the first one, with a cursor"},
    DriftRow{"id-filter-ignored",
             DriftValue::kNone,
             &Drift::id_filter_ignored,
             "the id parameter does nothing"},
    DriftRow{"date-filter-ignored",
             DriftValue::kNone,
             &Drift::date_filter_ignored,
             "end_date_min and end_date_max do nothing"},
    DriftRow{"nulls-last",
             DriftValue::kNone,
             &Drift::nulls_last,
             "rows without the field come last in descending order too"},
    DriftRow{"new-field", DriftValue::kNone, nullptr, "records have a field nobody knows"},
    DriftRow{"field-gone", DriftValue::kField, nullptr, "records lack the field NAME"},
    DriftRow{"date-format",
             DriftValue::kNone,
             nullptr,
             "closedTime, endDate and createdAt are milliseconds since 1970"}};

constexpr std::array<std::string_view, 3> kEpochFields{"closedTime", "endDate", "createdAt"};

std::string_view Placeholder(DriftValue value) {
  if (value == DriftValue::kCount) return "=N";
  return value == DriftValue::kField ? "=NAME" : "";
}

Error UnknownDrift(std::string_view part) {
  std::string names;
  for (const DriftRow& row : kDriftRows) {
    ((names += names.empty() ? "" : ", ") += row.name) += Placeholder(row.value);
  }
  return ConfigError("Unknown drift \"" + std::string(part) + "\"; valid are " + names + ".");
}

/// Sets what one part of a spec says; false when the part is not understood.
bool SetPart(Drift& drift, std::string_view part) {
  const std::size_t equals = std::min(part.find('='), part.size());
  const std::string_view name = part.substr(0, equals);
  const std::string_view value = part.substr(std::min(equals + 1, part.size()));
  const auto* row = std::ranges::find(kDriftRows, name, &DriftRow::name);
  if (row == kDriftRows.end()) return false;
  if ((row->value != DriftValue::kNone) == value.empty() ||
      (row->value == DriftValue::kNone && equals != part.size())) {
    return false;
  }
  if (row->flag) drift.*row->flag = true;
  if (row->value == DriftValue::kField) drift.records.gone_fields.emplace_back(value);
  if (name == "new-field") drift.records.has_new_field = true;
  if (name == "date-format") drift.records.has_epoch_dates = true;
  if (row->value != DriftValue::kCount) return true;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  drift.page_cap = count;
  return error == std::errc() && end == value.data() + value.size() && count > 0;
}

std::string WithEpochDate(std::string record, std::string_view key) {
  const auto value = FindField(record, key);
  if (!value || value->size() < 2) return record;
  const auto moment = ParseMoment(value->substr(1, value->size() - 2));
  if (!moment) return record;
  const auto since_epoch =
      std::chrono::floor<std::chrono::milliseconds>(*moment).time_since_epoch();
  return WithField(record, key, std::to_string(since_epoch.count()));
}

}  // namespace

std::string ApplyDrift(std::string_view record, const RecordDrift& drift) {
  std::string drifted(record);
  if (drift.has_epoch_dates) {
    for (const std::string_view key : kEpochFields) drifted = WithEpochDate(drifted, key);
  }
  for (const std::string& key : drift.gone_fields) drifted = WithoutField(drifted, key);
  if (drift.has_new_field) {
    drifted = WithFieldsAtEnd(drifted, R"("driftedField":{"value":1,"unit":"pUSD"})");
  }
  return drifted;
}

Result<Drift> Drift::Parse(std::string_view spec) {
  Drift drift;
  while (!spec.empty()) {
    const std::string_view part = spec.substr(0, spec.find(','));
    spec.remove_prefix(std::min(part.size() + 1, spec.size()));
    if (!SetPart(drift, part)) return UnknownDrift(part);
  }
  return drift;
}

void Drift::ApplyTo(ListingQuery& query, const Request& request) const {
  query.asked_hash = query.FilterHash();
  if (page_cap) query.limit = std::min(query.limit, *page_cap);
  if (closed_ignored || !request.Param("closed")) {
    query.closed = closed_default ? std::nullopt : query.closed_by_default;
  }
  query.asked_fields = query.order.size();
  if (order_ignored) query.order.clear();
  if (date_order_ignored) std::erase(query.order, OrderField::kEndDate);
  if (order_ignored || (query.order.empty() && *query.asked_fields > 0)) query.ascending = true;
  query.nulls_last = nulls_last;
  if (id_filter_ignored) query.ids.clear();
  if (date_filter_ignored) query.end_date = {};
  if (cursor_ignored) query.after_cursor.reset();
  query.always_has_cursor = cursor_ignored;
}

std::string DriftHelp() {
  std::string help;
  for (const DriftRow& row : kDriftRows) {
    ((help += help.empty() ? "" : "; ") += row.name) += Placeholder(row.value);
    (help += " = ") += row.help;
  }
  return help;
}

}  // namespace polyhouse
