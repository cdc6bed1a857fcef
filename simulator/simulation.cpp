#include "simulation.h"

#include <algorithm>
#include <shared_mutex>

#include "chain/planned_answers.h"
#include "clob_market.h"
#include "page_writer.h"

namespace polyhouse {
namespace {

struct RowCounts {
  std::size_t all = 0;
  std::size_t open = 0;
  std::size_t closed = 0;
  std::size_t awaited = 0;
  std::size_t archived = 0;
  std::size_t gone = 0;
};

RowCounts CountRows(const Rows& rows) {
  RowCounts counts{.all = rows.Count()};
  for (RowNumber row = 0; row < rows.Count(); ++row) {
    switch (rows.VisibilityOf(row, kNow)) {
      case Visibility::kAwaited:
        ++counts.awaited;
        break;
      case Visibility::kListed:
        ++(rows.IsClosed(row) ? counts.closed : counts.open);
        break;
      case Visibility::kArchived:
        ++counts.archived;
        break;
      case Visibility::kGone:
        ++counts.gone;
        break;
    }
  }
  return counts;
}

bool IsNowhere(const Rows& rows, RowNumber row) {
  const Visibility visibility = rows.VisibilityOf(row, kNow);
  return visibility == Visibility::kAwaited || visibility == Visibility::kGone;
}

}  // namespace

Simulation::Simulation(std::unique_ptr<World> world,
                       FaultPlan faults,
                       Drift drift,
                       const ChainOptions& chain)
    : world_(std::move(world)),
      catalogue_(*world_),
      chain_(chain, world_->Records(Listing::kMarkets)),
      faults_(std::move(faults)),
      drifts_{std::move(drift)} {}

Result<WrittenPage> Simulation::WritePage(const ListingQuery& query,
                                          const std::optional<Fault>& fault) {
  WrittenPage page;
  page.served.listing = query.listing;
  {
    const std::shared_lock lock(world_mutex_);
    Result<RowPage> rows = SelectRows(query, page, fault);
    if (!rows) return rows.error();
    page.next_cursor = std::move(rows->next_cursor);
    if (fault && !rows->rows.empty() && IsRecordFault(fault->kind)) page.fault = fault->kind;
    const bool is_bad = page.fault == FaultKind::kBadRecord;
    const RenderOptions options{
        query.include_markets, query.include_tags, world_->CurrentRevision()};
    PageWriter writer(world_->Records(query.listing),
                      options,
                      page.fault ? fault : std::nullopt,
                      is_bad ? bad_records_++ : 0,
                      CurrentRecordDrift());
    writer.Write(rows->rows, page.rows, page.served);
  }
  if (fault && fault->kind == FaultKind::kMove) CloseOneOf(page.served, fault->bits, page);
  return page;
}

WrittenPage Simulation::WriteAgain(const ServedPage& page, std::optional<std::string> next_cursor) {
  WrittenPage again;
  again.served.listing = page.listing;
  again.next_cursor = std::move(next_cursor);
  std::vector<RowNumber> rows;
  for (const ServedRecord& record : page.records) rows.push_back(record.row);
  const RenderOptions options = page.records.empty() ? RenderOptions() : page.records[0].options;
  const std::shared_lock lock(world_mutex_);
  PageWriter writer(world_->Records(page.listing), options, std::nullopt, 0, CurrentRecordDrift());
  writer.Write(rows, again.rows, again.served);
  return again;
}

Result<RowPage> Simulation::SelectRows(const ListingQuery& query,
                                       WrittenPage& page,
                                       const std::optional<Fault>& fault) {
  Result<RowPage> rows = catalogue_.Select(query);
  if (!rows || !fault) return rows;
  if (fault->kind == FaultKind::kEmpty) {
    page.fault = fault->kind;
    return RowPage();
  }
  if (!rows->next_cursor || !query.after_cursor)
    return rows;  // nothing to be stuck at or to repeat
  if (fault->kind == FaultKind::kStuck) {
    page.fault = fault->kind;
    rows->next_cursor = query.after_cursor;
  } else if (fault->kind == FaultKind::kRepeat) {
    Result<std::vector<RowNumber>> before = catalogue_.SelectBefore(query);
    if (!before) return before.error();
    if (before->empty()) return rows;
    page.fault = fault->kind;
    rows->rows = *std::move(before);
  }
  return rows;
}

void Simulation::CloseOneOf(const ServedPage& page, std::uint64_t bits, WrittenPage& result) {
  if (page.listing != Listing::kMarkets) return;
  const std::unique_lock lock(world_mutex_);
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    const WorldChange change =
        world_->CloseMarket(page.records[(bits + i) % page.records.size()].row);
    if (change.markets.empty()) continue;
    catalogue_.Update(change);
    result.fault = FaultKind::kMove;
    return;
  }
}

std::optional<std::string> Simulation::FindRecord(Listing listing,
                                                  LookupKey by,
                                                  std::string_view text) {
  const std::shared_lock lock(world_mutex_);
  const Rows& rows = world_->Records(listing);
  const std::vector<RowNumber> found = rows.Find(by, text);
  if (found.empty() || IsNowhere(rows, found[0])) return std::nullopt;
  std::string record;
  rows.Render(found.front(), {}, record);
  const RecordDrift* drift = CurrentRecordDrift();
  return drift ? ApplyDrift(record, *drift) : record;
}

ClobPage Simulation::WriteClobPage(std::string_view cursor, const std::optional<Fault>& fault) {
  ClobPage page;
  const ClobPages::Page selected = SelectClobRows(cursor, fault, page);
  page.next_cursor = EncodeClobCursor(selected.next);
  if (page.fault == FaultKind::kStuck) page.next_cursor = cursor;
  page.rows = "[";
  std::string record;
  for (const RowNumber row : selected.rows) {
    // A thousand rows take a while: the world may move between two of them.
    const std::shared_lock lock(world_mutex_);
    record.clear();
    world_->Records(Listing::kMarkets).Render(row, {}, record);
    if (page.count++ > 0) page.rows += ',';
    AppendClobMarket(page.rows, record);
  }
  page.rows += ']';
  return page;
}

ClobPages::Page Simulation::SelectClobRows(std::string_view cursor,
                                           const std::optional<Fault>& fault,
                                           ClobPage& page) {
  const ClobPosition position = DecodeClobCursor(cursor);
  if (!position) return {};
  const std::shared_lock lock(world_mutex_);
  const ClobPages listing(world_->Records(Listing::kMarkets));
  ClobPages::Page selected = listing.After(*position);
  if (!fault || selected.rows.empty()) return selected;
  const bool has_cursor = *position > 0 && selected.next.has_value();
  if (fault->kind == FaultKind::kEmpty) {
    page.fault = fault->kind;
    return {};
  }
  if (fault->kind == FaultKind::kStuck && has_cursor) page.fault = fault->kind;
  if (fault->kind == FaultKind::kRepeat && has_cursor) {
    page.fault = fault->kind;
    selected.rows = listing.Before(*position);
  }
  if (fault->kind == FaultKind::kDuplicate) {
    page.fault = fault->kind;
    selected.rows.push_back(selected.rows[fault->bits % selected.rows.size()]);
  }
  return selected;
}

void Simulation::Tick(std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    const std::unique_lock lock(world_mutex_);
    const WorldChange change = world_->Tick();
    catalogue_.Update(change);
    chain_.Tick(world_->Records(Listing::kMarkets), change.markets);
  }
}

void Simulation::AppendAnswers(BlockNumber to, std::string& out) {
  const std::shared_lock lock(world_mutex_);
  AppendPlannedAnswers(out, chain_.CountRounds(to), world_->Records(Listing::kMarkets));
}

bool Simulation::Vanish(Listing listing, std::string_view id) {
  const std::unique_lock lock(world_mutex_);
  const Rows& rows = world_->Records(listing);
  const std::vector<RowNumber> found = rows.Find(LookupKey::kId, id);
  if (found.empty() || IsNowhere(rows, found[0])) return false;
  catalogue_.Update(world_->Vanish(listing, found[0]));
  return true;
}

bool Simulation::EditEvent(std::string_view id) {
  const std::unique_lock lock(world_mutex_);
  const Rows& rows = world_->Records(Listing::kEvents);
  const std::vector<RowNumber> found = rows.Find(LookupKey::kId, id);
  if (found.empty() || IsNowhere(rows, found[0])) return false;
  const WorldChange change = world_->EditEvent(found[0]);
  catalogue_.Update(change);
  return !change.events.empty();
}

WorldCounts Simulation::Counts() {
  const std::shared_lock lock(world_mutex_);
  const RowCounts markets = CountRows(world_->Records(Listing::kMarkets));
  const RowCounts events = CountRows(world_->Records(Listing::kEvents));
  return {.markets = markets.all,
          .events = events.all,
          .open_markets = markets.open,
          .open_events = events.open,
          .closed_markets = markets.closed,
          .closed_events = events.closed,
          .awaited_markets = markets.awaited,
          .archived_markets = markets.archived,
          .gone_markets = markets.gone,
          .gone_events = events.gone};
}

std::optional<Fault> Simulation::NextFault() {
  const std::lock_guard lock(fault_mutex_);
  return faults_.Next();
}

void Simulation::ReplaceFaults(FaultPlan faults) {
  const std::lock_guard lock(fault_mutex_);
  faults_ = std::move(faults);
}

void Simulation::ResetStats() {
  stats_.Reset();
  truth_.ResetRowsServed();
}

const Drift& Simulation::CurrentDrift() {
  const std::lock_guard lock(drift_mutex_);
  return drifts_.back();
}

const RecordDrift* Simulation::CurrentRecordDrift() {
  const RecordDrift& drift = CurrentDrift().records;
  return drift.IsNone() ? nullptr : &drift;
}

void Simulation::ReplaceDrift(Drift drift) {
  const std::lock_guard lock(drift_mutex_);
  drifts_.push_back(std::move(drift));
}

bool Simulation::ReadTruth(TruthPosition& position, std::size_t bytes, std::string& out) {
  const std::shared_lock lock(world_mutex_);
  return truth_.Read(*world_, position, bytes, out);
}

bool Simulation::ReadSnapshot(Snapshot& snapshot, std::size_t bytes, std::string& out) {
  const std::shared_lock lock(world_mutex_);
  return snapshot.Read(*world_, bytes, out);
}

}  // namespace polyhouse
