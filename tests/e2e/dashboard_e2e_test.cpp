// The page's server beside a pipeline that runs: what it answers is what the tables hold.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "pages/page_question.h"
#include "support/child_process.h"
#include "support/free_port.h"
#include "support/polyhouse_program.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Dashboard : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<ScratchDir>();
    simulator_ = std::make_unique<Simulator>(
        std::vector<std::string>{"--markets", "300", "--fills", "3000", "--seed", "3"});
    polyhouse_ = std::make_unique<Polyhouse>(WithTables(*dir_ / "data"), simulator_->url());
    url_ = "http://127.0.0.1:" + std::to_string(FreePort());
    up_ = std::make_unique<ChildProcess>(polyhouse_->Command({"up",
                                                              "--listen",
                                                              url_.substr(7),
                                                              "--rpc-url",
                                                              simulator_->url() + "/rpc",
                                                              "--fills-from=89990000",
                                                              "--writer-batch-age=100ms"}));
    ASSERT_TRUE(WaitUntil([] {
      return Get("/api/now").find("\"name\":\"trades\"") != std::string::npos &&
             Ask("SELECT count() FROM trades_current") != "0" &&
             Get("/api/markets?sort=volume").find("\"found\":0}") == std::string::npos;
    })) << up_->Stderr();
    ASSERT_TRUE(WaitUntil([] {
      return Get("/readyz") == "ok\n" &&
             Ask("SELECT countIf(market_id = '') FROM trades_current") == "0";
    })) << Get("/readyz");
  }
  static void TearDownTestSuite() {
    up_.reset();
    simulator_.reset();
    polyhouse_.reset();
    dir_.reset();
  }

  static std::string Curl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"curl", "-sS", "-m", "30"});
    return RunToEnd(arguments).out;
  }
  static std::string Get(const std::string& path) { return Curl({url_ + path}); }
  static std::string StatusOf(const std::string& path, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"-o", "/dev/null", "-w", "%{http_code}", url_ + path});
    return Curl(more);
  }
  /// What the page's own SQL says.
  static std::string Sql(const std::string& sql, const std::string& query = "") {
    return Curl({"-H", "X-Polyhouse: 1", "--data-binary", sql, url_ + "/api/sql" + query});
  }
  static std::string Ask(const std::string& sql) {
    std::string out = polyhouse_->Run({"query", sql}).out;
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }

  static std::unique_ptr<ScratchDir> dir_;
  static std::unique_ptr<Simulator> simulator_;
  static std::unique_ptr<Polyhouse> polyhouse_;
  static std::unique_ptr<ChildProcess> up_;
  static std::string url_;
};

std::unique_ptr<ScratchDir> Dashboard::dir_;
std::unique_ptr<Simulator> Dashboard::simulator_;
std::unique_ptr<Polyhouse> Dashboard::polyhouse_;
std::unique_ptr<ChildProcess> Dashboard::up_;
std::string Dashboard::url_;

TEST_F(Dashboard, AnswersEveryQuestionOfThePage) {
  const std::string market =
      Ask("SELECT market_id FROM trades_current GROUP BY market_id ORDER BY count() DESC LIMIT 1");
  const std::string event = Ask("SELECT event_id FROM markets_current WHERE id = '" + market + "'");
  const std::string wallet =
      Ask("SELECT maker FROM trades_current GROUP BY maker ORDER BY count() DESC LIMIT 1");
  for (const PageQuestion& question : PageQuestions()) {
    std::string path(question.path);
    const auto put = [&](const std::string& name, const std::string& value) {
      if (const auto at = path.find(name); at != std::string::npos) {
        path.replace(at, name.size(), value);
      }
    };
    put(":market", market);
    put(":wallet", wallet);
    put(":id", path.starts_with("/api/events") ? event : market);
    if (path == "/api/search") path += "?q=will";
    if (path == "/api/quality/ledger")
      path += "?source=markets&day=" + Ask("SELECT toDate(now('UTC'))");
    const std::string answer = Get(path);
    EXPECT_THAT(answer,
                AllOf(StartsWith("{\"as_of\":\""),
                      HasSubstr("\"stale\":false"),
                      HasSubstr(",\"data\":"),
                      HasSubstr("\"next\":")))
        << path << answer.substr(0, 500);
    // Nothing has changed of any market yet.
    if (question.sql == "story") continue;
    EXPECT_THAT(answer, Not(HasSubstr("\"data\":[]"))) << path;
  }
  EXPECT_THAT(Get("/api/markets/" + market + "/prices?kind=ohlc"), HasSubstr("\"o\":["));
  EXPECT_THAT(Get("/api/examples"), HasSubstr("\"name\":\"leaderboard: "));
  EXPECT_THAT(Get("/api/quality"),
              AllOf(HasSubstr("\"name\":\"markets\""), HasSubstr("\"name\":\"fills\"")));
  EXPECT_THAT(Get("/api/dlq"), HasSubstr("\"rows\":["));
}

TEST_F(Dashboard, TellsWhoPlaysEachRoleAndWhatIsNewToday) {
  EXPECT_TRUE(WaitUntil([] {
    const std::string now = Get("/api/now");
    return now.find("\"host\":\"\"") == std::string::npos &&
           now.find("\"where\":\"\"") == std::string::npos;
  })) << Get("/api/now");
  // Of the simulated chain, whose time is long past, none.
  const std::string of_today =
      Ask("SELECT count() FROM trades_current WHERE timestamp > now() - INTERVAL 1 DAY");
  EXPECT_TRUE(WaitUntil([&] {
    const std::string now = Get("/api/now");
    const auto table = now.find("\"table\":{\"name\":\"trades\"");
    const auto grown = now.find("\"grown_24h\":", table);
    return table != std::string::npos &&
           now.find("\"grown_24h\":" + of_today + "}", table) == grown;
  })) << Get("/api/now");
}

TEST_F(Dashboard, KeepsWhatChecksHaveFound) {
  EXPECT_EQ(polyhouse_->Run({"verify"}).exit_code, 0);
  const std::vector<std::string> reconcile = {
      "reconcile", "--clob-url", simulator_->url() + "/clob"};
  const int exit_code = polyhouse_->Run(reconcile).exit_code;
  const std::string wrong = Ask("SELECT wrong FROM check_runs_current WHERE name = 'reconcile'");
  EXPECT_EQ(wrong == "0", exit_code == 0) << wrong;
  EXPECT_EQ(
      Ask("SELECT count() FROM check_runs_current WHERE name = 'verify' AND wrong = 0 AND NOT "
          "repaired AND report LIKE '%0 wrong, % notes%'"),
      "1");
  EXPECT_TRUE(WaitUntil([&] {
    const std::string quality = Get("/api/quality");
    return quality.find("\"what\":\"verify\",\"differences\":0,\"note\":\"took ") !=
               std::string::npos &&
           quality.find("\"what\":\"reconcile\",\"differences\":" + wrong) != std::string::npos;
  })) << Get("/api/quality");
}

TEST_F(Dashboard, SaysWhatTheTablesSay) {
  const std::string market =
      Ask("SELECT market_id FROM trades_current GROUP BY market_id ORDER BY count() DESC LIMIT 1");
  const auto of_market = "WHERE market_id = '" + market + "'";
  EXPECT_THAT(Get("/api/markets/" + market),
              HasSubstr("\"trades\":" + Ask("SELECT count() FROM trade_legs " + of_market)));
  EXPECT_THAT(Get("/api/markets?state=all"),
              HasSubstr("\"found\":" + Ask("SELECT count() FROM markets_current") + "}"));
  const std::string wallet =
      Ask("SELECT maker FROM trades_current GROUP BY maker ORDER BY count() DESC LIMIT 1");
  EXPECT_THAT(Get("/api/wallets/" + wallet),
              HasSubstr("\"trades\":" +
                        Ask("SELECT sum(fills) FROM wallet_page(wallet = '" + wallet + "')")));
}

TEST_F(Dashboard, PagesThroughAListWithoutAGapOrARepetition) {
  std::vector<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 10; ++page) {
    const std::string answer = Get("/api/trades?limit=200&before=" + cursor);
    for (auto at = answer.find("[[\""); at != std::string::npos; at = answer.find("],[\"", at)) {
      at += answer[at] == ']' ? 4U : 3U;
      seen.push_back(answer.substr(at, answer.find('"', at) - at));
    }
    const auto next = answer.find("\"next\":\"");
    if (next == std::string::npos) break;
    cursor = answer.substr(next + 8, answer.find('"', next + 8) - next - 8);
  }
  const auto expected =
      Ask("SELECT arrayStringConcat(arrayMap(one -> concat(toString(one.1), '-', toString(one.2)), "
          "arraySlice(arrayReverseSort(groupArray((block_number, log_index))), 1, " +
          std::to_string(seen.size()) + ")), ',') FROM trade_legs");
  std::string listed;
  for (const std::string& id : seen) listed += (listed.empty() ? "" : ",") + id;
  EXPECT_GE(seen.size(), 1'000U);
  EXPECT_EQ(listed, expected);
}

TEST_F(Dashboard, ReadsForStrangersAndNothingElse) {
  EXPECT_THAT(Sql("SELECT toUInt64(18446744073709551615) AS n, NULL AS x FORMAT CSV;"),
              AllOf(StartsWith("{\"columns\":[{\"name\":\"n\",\"type\":\"UInt64\"},"),
                    HasSubstr("[\"18446744073709551615\", null]\n"),
                    HasSubstr("{\"end\":{\"rows\":1,")));
  for (const std::string sql : {"SELECT * FROM file('/etc/passwd')",
                                "SELECT * FROM url('http://127.0.0.1/')",
                                "INSERT INTO markets (id) VALUES ('x')",
                                "DROP TABLE markets",
                                "SYSTEM SHUTDOWN",
                                "SELECT 1 SETTINGS readonly = 0",
                                "SELECT * FROM nothing",
                                "SELECT 1; SELECT 2",
                                ""}) {
    EXPECT_THAT(Sql(sql), StartsWith("{\"error\":{\"code\":\"query\"")) << sql;
  }
  EXPECT_THAT(Sql("SELECT number FROM system.numbers", "?limit=3"),
              AllOf(HasSubstr("[\"2\"]\n{\"end\":"), HasSubstr("\"truncated\":true")));
  EXPECT_THAT(Sql("SELECT count() FROM system.numbers", "?deadline_s=1"),
              HasSubstr("{\"error\":{\"code\":\"deadline\""));
  EXPECT_EQ(StatusOf("/api/sql?limit=1000001", {"-H", "X-Polyhouse: 1", "--data", "SELECT 1"}),
            "400");
  // Without our header, or with one that another page's form could send.
  EXPECT_EQ(StatusOf("/api/sql", {"--data", "SELECT 1"}), "403");
  EXPECT_EQ(StatusOf("/api/dlq/replay", {"--data", "{}"}), "403");
  EXPECT_EQ(
      StatusOf("/api/sql",
               {"-H", "X-Polyhouse: 1", "-H", "Origin: http://evil.com", "--data", "SELECT 1"}),
      "403");
  // Another port of the same host is another place.
  EXPECT_EQ(
      StatusOf("/api/sql",
               {"-H", "X-Polyhouse: 1", "-H", "Origin: http://127.0.0.1:1", "--data", "SELECT 1"}),
      "403");
}

TEST_F(Dashboard, DownloadsWhatTheEngineWrites) {
  const std::string sql = "SELECT id, volume FROM markets_current ORDER BY id LIMIT 50";
  const auto download = [&](const std::string& format) {
    return Curl({"-H",
                 "X-Polyhouse: 1",
                 "--data-urlencode",
                 "q=" + sql,
                 "--data-urlencode",
                 "format=" + format,
                 url_ + "/api/sql/download"});
  };
  EXPECT_EQ(download("CSVWithNames"), polyhouse_->Query(sql, "CSVWithNames") + "\n");
  EXPECT_THAT(download("Parquet"), AllOf(StartsWith("PAR1"), EndsWith("PAR1")));
  EXPECT_THAT(download("Native"), HasSubstr("\"bad_request\""));
}

TEST_F(Dashboard, EndsTheQuestionOfAClientThatHasLeft) {
  const auto running = [] {
    return Ask(
        "SELECT count() FROM system.processes WHERE query LIKE '%system.numbers%' AND query NOT "
        "LIKE '%processes%'");
  };
  {
    ChildProcess client({"curl",
                         "-sS",
                         "-H",
                         "X-Polyhouse: 1",
                         "--data",
                         "SELECT sum(sipHash64(number)) FROM system.numbers",
                         url_ + "/api/sql?deadline_s=600"});
    ASSERT_TRUE(WaitUntil([&] { return running() == "1"; }));
    client.Signal(SIGKILL);
    client.Wait();
  }
  EXPECT_TRUE(WaitUntil([&] { return running() == "0"; })) << running();
}

TEST_F(Dashboard, TellsThoseWhoListenWhatIsNew) {
  ChildProcess client({"curl", "-sSN", url_ + "/api/live?topics=now,trades,quality"});
  ASSERT_TRUE(WaitUntil([&] {
    const std::string heard = client.Stdout();
    return heard.find("event: hello") < heard.find("event: now") &&
           heard.find("event: quality") != std::string::npos;
  })) << client.Stdout();
  simulator_->Post("/simulator/blocks?n=30");
  EXPECT_TRUE(WaitUntil([&] { return client.Stdout().find("event: trades") != std::string::npos; }))
      << client.Stdout();
  EXPECT_EQ(StatusOf("/api/live?topics=everything"), "400");
  EXPECT_EQ(StatusOf("/api/live"), "400");
  EXPECT_EQ(StatusOf("/api/live?topics=trades&side=sideways"), "400");
}

TEST_F(Dashboard, ShowsThePageAtItsPathsAndNoFileOfTheMachine) {
  const auto page = [](const std::string& path) {
    return Curl({"-i", "-H", "Accept: text/html", "--path-as-is", url_ + path});
  };
  for (const std::string path :
       {"/", "/market/1", "/event/a/b", "/profile/0x1", "/sql", "/quality"}) {
    EXPECT_THAT(page(path), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("<!doctype html>")))
        << path;
  }
  for (const std::string path : {"/nothing",
                                 "/assets/../../../etc/passwd",
                                 "/assets/%2e%2e/x",
                                 "/../etc/passwd",
                                 "/web/package.json"}) {
    EXPECT_THAT(page(path), AllOf(StartsWith("HTTP/1.1 404"), Not(HasSubstr("root:")))) << path;
  }
  // A person with curl reads text.
  EXPECT_THAT(Get("/"), StartsWith("As of "));
}

/// Its page lacked the first one until there was a second.
TEST(DashboardOfAYoungWorld, TellsOfTheFirstTradeThatThereIs) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "20", "--fills", "20"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  const std::string url = "http://127.0.0.1:" + std::to_string(FreePort());
  const ChildProcess up(polyhouse.Command({"up",
                                           "--listen",
                                           url.substr(7),
                                           "--rpc-url",
                                           simulator.url() + "/rpc",
                                           "--fills-from=90000001",
                                           "--fills-confirmations=0",
                                           "--fills-live-interval=100ms",
                                           "--writer-batch-age=100ms"}));
  const auto get = [&](const std::string& path) {
    return RunToEnd({"curl", "-sS", "-m", "30", url + path}).out;
  };
  ASSERT_TRUE(WaitUntil([&] {
    return get("/api/trades").find("\"rows\":[]") != std::string::npos &&
           get("/metrics").find("polyhouse_chain_head_block{") != std::string::npos;
  })) << up.Stderr();
  ChildProcess client({"curl", "-sSN", url + "/api/live?topics=now,trades"});
  // Two ticks: by then nothing was found.
  ASSERT_TRUE(WaitUntil([&] {
    const std::string heard = client.Stdout();
    const auto first = heard.find("event: now");
    return first != std::string::npos && heard.find("event: now", first + 1) != std::string::npos;
  })) << client.Stdout();

  simulator.Post("/simulator/blocks?n=5");

  EXPECT_TRUE(WaitUntil([&] { return client.Stdout().find("event: trades") != std::string::npos; }))
      << client.Stdout().substr(0, 2'000) << get("/api/trades").substr(0, 500);
  EXPECT_THAT(client.Stdout(), HasSubstr("\"after\":\"\","));
}

/// A database that hangs is worse than one that died: nothing of its own heeds a deadline.
TEST_F(Dashboard, SaysThatTheEngineHangsAndKeepsWhatWasKnown) {
  const std::string known = Get("/api/markets?sort=liquidity");
  const int engine = EnginePid(*dir_ / "data");
  ASSERT_GT(engine, 0);
  kill(engine, SIGSTOP);
  EXPECT_THAT(Get("/api/wallets?window=all"),
              testing::AnyOf(HasSubstr("\"unavailable\""), HasSubstr("\"stale\":true")));
  EXPECT_TRUE(WaitUntil([] {
    return Get("/api/now").find("gives no answer") != std::string::npos;
  })) << Get("/api/now").substr(0, 600);
  EXPECT_THAT(Get("/api/now"),
              AllOf(HasSubstr("\"name\":\"order fills\""), HasSubstr("polyhouse doctor")));
  EXPECT_THAT(Get("/api/markets?sort=liquidity"), HasSubstr("\"stale\":true"));
  kill(engine, SIGCONT);
  EXPECT_TRUE(WaitUntil([] { return Get("/readyz") == "ok\n"; })) << Get("/readyz");
  EXPECT_THAT(known, HasSubstr("\"rows\":["));
}

TEST_F(Dashboard, AsksOthersForTheToken) {
  const std::string address = "0.0.0.0:" + std::to_string(FreePort());
  const std::string url = "http://127.0.0.1" + address.substr(7);
  const auto refused = polyhouse_->Run({"serve", "--listen", address});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("POLYHOUSE_LISTEN_TOKEN"));

  EXPECT_THAT(polyhouse_->Run({"serve", "--listen", address, "--listen-token", "short"}).err,
              HasSubstr("16 characters"));

  const std::string token = "0123456789abcdef-token";
  const ChildProcess serve(
      polyhouse_->Command({"serve", "--listen", address, "--listen-token", token}));
  const auto status = [&](const std::string& path, std::vector<std::string> more) {
    more.insert(more.end(), {"-o", "/dev/null", "-w", "%{http_code}", url + path});
    return Curl(more);
  };
  ASSERT_TRUE(WaitUntil([&] { return status("/healthz", {}) == "200"; })) << serve.Stderr();
  for (const std::string path : {"/api/now", "/api/live?topics=now", "/metrics", "/status"}) {
    EXPECT_EQ(status(path, {}), "401") << path;
  }
  EXPECT_EQ(status("/metrics", {"-H", "Authorization: Bearer wrong"}), "401");
  EXPECT_EQ(status("/metrics", {"-H", "Authorization: Bearer " + token}), "200");
  EXPECT_EQ(status("/metrics", {"-u", "me:" + token}), "200");
  EXPECT_EQ(status("/login", {"-H", "Accept: text/html"}), "200");
  EXPECT_THAT(Curl({"-H", "Accept: */*", url + "/"}), Not(HasSubstr("As of ")));

  const std::string jar = *dir_ / "cookies";
  const auto log_in = [&](const std::string& with, const std::string& next) {
    return Curl({"-i",
                 "-c",
                 jar,
                 "--data-urlencode",
                 "token=" + with,
                 "--data-urlencode",
                 "next=" + next,
                 url + "/login"});
  };
  EXPECT_THAT(log_in("wrong", "/sql"), HasSubstr("Location: /login?failed=wrong&next=%2Fsql"));
  EXPECT_THAT(log_in(token, "//evil.com"), HasSubstr("Location: /\r\n"));
  EXPECT_THAT(log_in(token, "/markets?q=a"), HasSubstr("Location: /markets?q=a\r\n"));
  EXPECT_EQ(status("/api/now", {"-b", jar}), "200");
  // Odd bytes may vanish from an address, and then it is another host's.
  EXPECT_THAT(log_in(token, "/\t/evil.com"), HasSubstr("Location: /\r\n"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(status("/metrics", {"-H", "Authorization: Bearer wrong"}), "401");
  }
  EXPECT_EQ(status("/metrics", {"-H", "Authorization: Bearer " + token}), "401");
  EXPECT_THAT(serve.Stderr(), Not(HasSubstr(token)));
}

}  // namespace
}  // namespace polyhouse
