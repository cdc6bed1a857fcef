#include "truth_log.h"

#include "base64.h"
#include "json_object.h"

namespace polyhouse {

void TruthLog::Commit(const ServedPage& page) {
  const std::lock_guard lock(mutex_);
  const bool is_markets = page.listing == Listing::kMarkets;
  std::vector<LastServe>& serves = is_markets ? markets_ : events_;
  (is_markets ? market_rows_ : event_rows_) += page.records.size();
  for (const ServedRecord& record : page.records) {
    if (serves.size() <= record.row) serves.resize(record.row + std::size_t{1});
    serves[record.row] = {true,
                          record.variant,
                          record.drift,
                          record.options.include_markets,
                          record.options.include_tags,
                          record.options.revision};
  }
  for (const std::string& raw : page.bad) bad_.push_back({page.listing, raw});
}

bool TruthLog::Read(const World& world,
                    TruthPosition& position,
                    std::size_t bytes,
                    std::string& out) const {
  const std::lock_guard lock(mutex_);
  const std::size_t full = out.size() + bytes;
  for (; position.section < 3; ++position.section, position.next = 0) {
    const bool is_bad = position.section == 2;
    const Listing listing = position.section == 0 ? Listing::kMarkets : Listing::kEvents;
    const std::size_t end = is_bad ? bad_.size() : ServesOf(listing).size();
    for (; position.next < end; ++position.next) {
      if (out.size() >= full) return true;
      if (is_bad) {
        AppendBadLine(bad_[position.next], out);
      } else if (ServesOf(listing)[position.next].was_served) {
        AppendLine(world, listing, position.next, out);
      }
    }
  }
  return false;
}

std::uint64_t TruthLog::RowsServed(Listing listing) const {
  const std::lock_guard lock(mutex_);
  return listing == Listing::kMarkets ? market_rows_ : event_rows_;
}

void TruthLog::ResetRowsServed() {
  const std::lock_guard lock(mutex_);
  market_rows_ = 0;
  event_rows_ = 0;
}

const std::vector<TruthLog::LastServe>& TruthLog::ServesOf(Listing listing) const {
  return listing == Listing::kMarkets ? markets_ : events_;
}

void TruthLog::AppendLine(const World& world,
                          Listing listing,
                          std::size_t row,
                          std::string& out) const {
  const LastServe& serve = ServesOf(listing)[row];
  std::string record;
  world.Records(listing).Render(static_cast<RowNumber>(row),
                                {serve.include_markets, serve.include_tags, serve.revision},
                                record);
  if (serve.drift) record = ApplyDrift(record, *serve.drift);
  JsonObject line(out);
  line.Text("kind", listing == Listing::kMarkets ? "market" : "event");
  line.Raw("record", ApplyVariant(record, serve.variant));
  line.Close();
  out += '\n';
}

void TruthLog::AppendBadLine(const BadRecordServe& bad, std::string& out) const {
  JsonObject line(out);
  line.Text("kind", "bad");
  line.Text("stream", ToString(bad.listing));
  line.Text("raw_base64", EncodeBase64(bad.raw));
  line.Close();
  out += '\n';
}

}  // namespace polyhouse
