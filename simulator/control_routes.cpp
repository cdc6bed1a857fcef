#include "control_routes.h"

#include <charconv>
#include <memory>

#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::size_t kTruthPart = 1 << 18;
constexpr std::size_t kMaxTicks = 100'000;
constexpr std::string_view kListingNames = "listing must be markets or events";

std::int64_t Signed(std::size_t value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

bool ControlRoutes::IsControl(const Request& request) {
  return request.path.starts_with("/simulator/");
}

bool ControlRoutes::IsAboutTheWorld(const Request& request) {
  return request.path == "/simulator/world" || request.path == "/simulator/now";
}

Response ControlRoutes::Handle(const Request& request) {
  const std::string_view name = std::string_view(request.path).substr(11);
  const bool is_read = request.method == "GET";
  const bool is_write = request.method == "POST";
  if (name == "stats" && is_read) return Stats();
  if (name == "truth" && is_read) return Truth();
  if (name == "now" && is_read) return Now(request);
  if (name == "world" && is_read) return World();
  if (name == "stats/reset" && is_write) return ResetStats();
  if (name == "tick" && is_write) return Tick(request);
  if (name == "vanish" && is_write) return Vanish(request);
  if (name == "edit" && is_write) return Edit(request);
  if (name == "drift" && is_write) return Drift(request);
  if (name == "fault" && is_write) return Fault(request);
  return ErrorResponse(
      404,
      "not found error",
      "valid are GET /simulator/stats, GET /simulator/truth, GET /simulator/now, "
      "GET /simulator/world, POST /simulator/stats/reset, POST /simulator/tick?n=K, "
      "POST /simulator/vanish?listing=markets&id=ID, POST /simulator/edit?id=ID, "
      "POST /simulator/drift?spec=NAME, "
      "POST /simulator/fault?spec=name=probability, GET /simulator/chain, GET /simulator/fills, "
      "GET /simulator/answers, "
      "POST /simulator/blocks?n=K, POST /simulator/reorg?depth=D and "
      "POST /simulator/rpc?endpoint=N&spec=key=value");
}

Response ControlRoutes::Stats() {
  Response response;
  JsonObject object(response.body);
  object.Fields(simulation_.stats().Json());
  object.Key("rows_served");
  JsonObject rows(response.body);
  rows.Integer("markets", Signed(simulation_.RowsServed(Listing::kMarkets)));
  rows.Integer("events", Signed(simulation_.RowsServed(Listing::kEvents)));
  rows.Close();
  object.Close();
  return response;
}

Response ControlRoutes::ResetStats() {
  simulation_.ResetStats();
  return {200, "application/json", R"({"ok":true})"};
}

Response ControlRoutes::Truth() {
  Response response{200, "application/x-ndjson", ""};
  response.more = [this, position = TruthPosition()](std::string& out) mutable {
    return simulation_.ReadTruth(position, kTruthPart, out);
  };
  return response;
}

Response ControlRoutes::Now(const Request& request) {
  SnapshotQuery query;
  if (const auto name = request.Param("listing")) {
    query.listing = FindListing(*name);
    if (!query.listing) return ErrorResponse(422, "validation error", kListingNames);
  }
  query.include_markets = request.Param("include_markets") != "false";
  query.include_tags = request.Param("include_tag") == "true";
  Response response{200, "application/x-ndjson", ""};
  response.more = [this, snapshot = Snapshot(query)](std::string& out) mutable {
    return simulation_.ReadSnapshot(snapshot, kTruthPart, out);
  };
  return response;
}

Response ControlRoutes::World() {
  const WorldCounts counts = simulation_.Counts();
  Response response;
  JsonObject object(response.body);
  object.Integer("markets", Signed(counts.markets));
  object.Integer("events", Signed(counts.events));
  object.Integer("open_markets", Signed(counts.open_markets));
  object.Integer("closed_markets", Signed(counts.closed_markets));
  object.Integer("open_events", Signed(counts.open_events));
  object.Integer("closed_events", Signed(counts.closed_events));
  object.Integer("awaited_markets", Signed(counts.awaited_markets));
  object.Integer("archived_markets", Signed(counts.archived_markets));
  object.Integer("gone_markets", Signed(counts.gone_markets));
  object.Integer("gone_events", Signed(counts.gone_events));
  object.Close();
  return response;
}

Response ControlRoutes::Tick(const Request& request) {
  const std::string_view text = request.Param("n").value_or("1");
  std::size_t times = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), times);
  if (error != std::errc() || end != text.data() + text.size() || times > kMaxTicks) {
    return ErrorResponse(422, "validation error", "n must be a whole number up to 100000");
  }
  simulation_.Tick(times);
  return World();
}

Response ControlRoutes::Vanish(const Request& request) {
  const auto listing = FindListing(request.Param("listing").value_or(""));
  if (!listing) return ErrorResponse(422, "validation error", kListingNames);
  const std::string_view id = request.Param("id").value_or("");
  if (!simulation_.Vanish(*listing, id)) {
    return ErrorResponse(404, "not found error", "there is no record with this id");
  }
  return {200, "application/json", R"({"ok":true})"};
}

Response ControlRoutes::Edit(const Request& request) {
  if (!simulation_.EditEvent(request.Param("id").value_or(""))) {
    return ErrorResponse(404, "not found error", "there is no event with this id to be edited");
  }
  return {200, "application/json", R"({"ok":true})"};
}

Response ControlRoutes::Drift(const Request& request) {
  Result<polyhouse::Drift> drift = polyhouse::Drift::Parse(request.Param("spec").value_or(""));
  if (!drift) return ErrorResponse(422, "validation error", drift.error().message);
  simulation_.ReplaceDrift(*std::move(drift));
  cache_.Clear();  // or old answers would hide it
  return {200, "application/json", R"({"ok":true})"};
}

Response ControlRoutes::Fault(const Request& request) {
  Result<FaultPlan> plan = FaultPlan::Parse(request.Param("spec").value_or(""), seed_);
  if (!plan) return ErrorResponse(422, "validation error", plan.error().message);
  simulation_.ReplaceFaults(*std::move(plan));
  return {200, "application/json", R"({"ok":true})"};
}

}  // namespace polyhouse
