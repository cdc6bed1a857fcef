#include "snapshot.h"

#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::array kListings{Listing::kMarkets, Listing::kEvents};

}  // namespace

bool Snapshot::Read(const World& world, std::size_t bytes, std::string& out) {
  if (!revision_) Begin(world);
  const std::size_t full = out.size() + bytes;
  for (; section_ < kListings.size(); ++section_, next_ = 0) {
    const Rows& rows = world.Records(kListings[section_]);
    for (; next_ < ends_[section_]; ++next_) {
      if (out.size() >= full) return true;
      AppendLine(rows, kListings[section_], next_, out);
    }
  }
  return false;
}

void Snapshot::Begin(const World& world) {
  revision_ = world.CurrentRevision();
  for (std::size_t i = 0; i < kListings.size(); ++i) {
    const bool is_wanted = !query_.listing || query_.listing == kListings[i];
    ends_[i] = is_wanted ? world.Records(kListings[i]).Count() : 0;
  }
}

void Snapshot::AppendLine(const Rows& rows,
                          Listing listing,
                          RowNumber row,
                          std::string& out) const {
  JsonObject line(out);
  const Visibility visibility = rows.VisibilityOf(row, *revision_);
  if (visibility == Visibility::kGone || visibility == Visibility::kAwaited) {
    line.Text("kind", visibility == Visibility::kGone ? "gone" : "awaited");
    line.Text("listing", ToString(listing));
    line.Text("id", std::to_string(rows.Id(row)));
    line.Close();
    out += '\n';
    return;
  }
  line.Text("kind", listing == Listing::kMarkets ? "market" : "event");
  line.Key("record");
  rows.Render(row, {query_.include_markets, query_.include_tags, *revision_}, out);
  line.Close();
  out += '\n';
}

}  // namespace polyhouse
