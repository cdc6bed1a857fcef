#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "base/split.h"
#include "codec/native_block.h"
#include "contract/live_engine.h"
#include "support/random_rows.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// An engine of its own with our tables in the database `history`.
class History : public testing::Test {
 protected:
  History() { engine_.ApplySchema("history"); }

  template <class Row>
  Status Insert(const std::vector<Row>& rows, const std::string& token) {
    NativeBlock<Row> block;
    for (const Row& row : rows) block.Append(row);
    const auto pieces = block.Pieces();
    const std::string columns = ColumnList(TableSpecOf<Row>());
    return client_.Insert({.table = TableSpecOf<Row>().table,
                           .columns = columns,
                           .token = token,
                           .native = pieces,
                           .rows = rows.size()},
                          {});
  }
  void Execute(const std::string& sql) { ASSERT_THAT(client_.Execute(sql, {}), IsOk()) << sql; }
  std::string Query(const std::string& sql) {
    auto text = ValueOf(client_.Fetch(sql + " FORMAT TSVRaw", {}));
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }
  /// Markets stored whose version is not in the history.
  std::string Missing() {
    return Query(
        "SELECT count() FROM markets WHERE (id, version) NOT IN (SELECT id, version FROM "
        "markets_versions)");
  }

  static Market AMarket(const std::string& id, std::uint64_t version, const std::string& volume) {
    Market market;
    market.id = MarketId(id);
    market.volume = DecimalText{volume};
    market.version = version;
    return market;
  }

  LiveEngine engine_;
  SystemClock clock_;
  std::unique_ptr<HttpClient> http_ = MakeCurlHttpClient({}, clock_);
  ClickHouseClient client_{{.unix_socket = engine_.socket(), .database = "history"}, *http_};
};

TEST_F(History, SaysWhatWasKnownAtATimeWithoutWhatCameLater) {
  Market closed = AMarket("1", 3'000, "5");
  closed.closed = true;
  closed.winner = "Up";
  // Out of order, and merged away in the table itself.
  ASSERT_THAT(Insert(std::vector{closed, AMarket("2", 2'500, "7")}, "a"), IsOk());
  ASSERT_THAT(Insert(std::vector{AMarket("1", 1'000, "1"), AMarket("1", 2'000, "5")}, "b"), IsOk());
  Execute("OPTIMIZE TABLE markets FINAL");

  const auto at = [&](const std::string& time) {
    return Query("SELECT id, volume, closed FROM markets_history WHERE valid_from <= '" + time +
                 "' AND '" + time + "' < valid_to ORDER BY id");
  };

  EXPECT_EQ(Query("SELECT count() FROM markets"), "2");
  EXPECT_EQ(at("1970-01-01 00:00:00.999"), "");
  EXPECT_EQ(at("1970-01-01 00:00:01.000"), "1\t1\tfalse");
  EXPECT_EQ(at("1970-01-01 00:00:01.999"), "1\t1\tfalse");
  EXPECT_EQ(at("1970-01-01 00:00:02.000"), "1\t5\tfalse");
  EXPECT_EQ(at("1970-01-01 00:00:02.999"), "1\t5\tfalse\n2\t7\tfalse");
  EXPECT_EQ(at("1970-01-01 00:00:03.000"), "1\t5\ttrue\n2\t7\tfalse");
  EXPECT_EQ(at("2299-01-01 00:00:00.000"), "1\t5\ttrue\n2\t7\tfalse");
  EXPECT_EQ(Query("SELECT valid_to, changed FROM markets_history WHERE id = '1' ORDER BY version"),
            "1970-01-01 00:00:02.000\t[]\n"
            "1970-01-01 00:00:03.000\t['volume']\n"
            "2299-12-31 00:00:00.000\t['winner','closed']");
}

TEST_F(History, ShowsNothingForAVersionThatIsAsTheOneBefore) {
  ASSERT_THAT(Insert(std::vector{AMarket("1", 1'000, "1"), AMarket("1", 2'000, "1")}, "a"), IsOk());
  // The same once more, as after a batch was taken over by another writer.
  ASSERT_THAT(Insert(std::vector{AMarket("1", 1'000, "1"), AMarket("1", 2'000, "1")}, "b"), IsOk());
  ASSERT_THAT(Insert(std::vector{AMarket("1", 3'000, "2"), AMarket("1", 4'000, "1")}, "c"), IsOk());

  EXPECT_EQ(Query("SELECT version, valid_to FROM markets_history ORDER BY version"),
            "1000\t1970-01-01 00:00:03.000\n"
            "3000\t1970-01-01 00:00:04.000\n"
            "4000\t2299-12-31 00:00:00.000");
}

/// Every column of `Row` but the two that a version is known by.
template <class Row>
std::set<std::string> Changeable() {
  std::set<std::string> names;
  for (const auto& column : TableSpecOf<Row>().columns) names.emplace(column.name);
  names.erase("id");
  names.erase("version");
  return names;
}

TEST_F(History, NamesEveryColumnThatCanChange) {
  // Versions of one record that have nothing, and that have anything.
  RandomRows random(1);
  const auto change = [&](auto empty, const std::string& view, auto make) {
    std::vector<decltype(empty)> rows;
    for (std::uint64_t version = 1; version <= 40; ++version) {
      rows.push_back(version % 2 == 0 ? make() : empty);
      rows.back().id = decltype(empty.id)("1");
      rows.back().version = version;
    }
    ASSERT_THAT(Insert(rows, view), IsOk());
    std::set<std::string> changed;
    for (const std::string& name :
         Split(Query("SELECT DISTINCT arrayJoin(changed) FROM " + view), '\n')) {
      changed.insert(name);
    }
    EXPECT_EQ(changed, Changeable<decltype(empty)>());
  };
  change(Market(), "markets_history", [&] { return random.AMarket(); });
  change(Event(), "events_history", [&] { return random.AnEvent(); });
}

TEST_F(History, ReadsOneIdByTheIndexAndNotAll) {
  ASSERT_THAT(Insert(std::vector{AMarket("1", 1'000, "1"), AMarket("2", 1'000, "1")}, "a"), IsOk());
  ASSERT_THAT(Insert(std::vector{Event{.id = EventId("1"), .version = 1'000}}, "a"), IsOk());

  for (const std::string view : {"markets_history", "events_history"}) {
    EXPECT_THAT(Query("SELECT * FROM (EXPLAIN indexes = 1 SELECT * FROM " + view +
                      " WHERE id = '1' AND valid_from <= now())"),
                HasSubstr("Condition: (id in ['1', '1'])"));
  }
}

TEST_F(History, IsFilledUpByARepeatedInsertThatHadDiedBeforeIt) {
  const std::vector rows = {AMarket("1", 1'000, "1")};
  Execute("DROP VIEW markets_versions_feed SYNC");
  ASSERT_THAT(Insert(rows, "token"), IsOk());
  ASSERT_EQ(Missing(), "1");
  Execute(
      "CREATE MATERIALIZED VIEW markets_versions_feed TO markets_versions AS SELECT * FROM "
      "markets");

  ASSERT_THAT(Insert(rows, "token"), IsOk());
  ASSERT_THAT(Insert(rows, "token"), IsOk());

  EXPECT_EQ(Missing(), "0");
  EXPECT_EQ(Query("SELECT count() FROM markets"), "1");
  EXPECT_EQ(Query("SELECT count() FROM markets_versions"), "1");
}

TEST_F(History, BeginsWithWhatIsThereWhenItIsMade) {
  ASSERT_THAT(Insert(std::vector{AMarket("1", 1'000, "1"), AMarket("2", 1'000, "1")}, "a"), IsOk());
  Execute("DROP VIEW markets_versions_feed SYNC");
  Execute("DROP TABLE markets_versions SYNC");

  engine_.ApplySchema("history");

  EXPECT_EQ(Query("SELECT count() FROM markets_history"), "2");
  EXPECT_EQ(Missing(), "0");
}

TEST_F(History, LacksNothingWhenTheEngineIsKilledAgainAndAgain) {
  constexpr int kBatches = 100;
  std::atomic<int> stored = 0;
  std::jthread writer([&] {
    for (int batch = 0; batch < kBatches; ++batch) {
      std::vector<Market> rows;
      for (int i = 0; i < 50; ++i) {
        rows.push_back(AMarket(std::to_string(i), static_cast<std::uint64_t>(batch) + 1, "1"));
      }
      // As a writer does: the same batch under the same token until it is in.
      while (!Insert(rows, "batch " + std::to_string(batch))) std::this_thread::yield();
      ++stored;
    }
  });
  for (int kill = 1; kill <= 5; ++kill) {
    while (stored < kBatches * kill / 6) std::this_thread::yield();
    engine_.Kill();
    engine_.Restart();
  }
  writer.join();

  EXPECT_EQ(Missing(), "0");
  EXPECT_EQ(Query("SELECT uniqExact(id, version) FROM markets_versions"),
            std::to_string(kBatches * 50));
}

}  // namespace
}  // namespace polyhouse
