// Misconfigurations are planted one by one, in real parts; each must be found, with its fix.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "adapters/sqlite/sqlite_streams.h"
#include "base/split.h"
#include "flow/listing/listings.h"
#include "flow/state_keys.h"
#include "support/free_port.h"
#include "support/programmable_server.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kFaketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// What is said of a check of this name, of each that has it: its line, and the fix below.
std::string Said(const RunResult& run, const std::string& name) {
  std::string said;
  bool in_it = false;
  for (const std::string& line : Split(run.out, '\n')) {
    const bool is_fix = line.starts_with("      ");
    if (!is_fix) in_it = line.size() > 6 && (line.substr(6) + "  ").starts_with(name + "  ");
    if (in_it) said += line + "\n";
  }
  return said;
}

/// Of those that did not pass.
std::string Complaints(const RunResult& run) {
  std::string said;
  bool in_it = false;
  for (const std::string& line : Split(run.out, '\n')) {
    if (!line.starts_with("      ")) in_it = line.starts_with("warn") || line.starts_with("fail");
    if (in_it) said += line + "\n";
  }
  return said;
}

std::string Local(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

/// The address of `serve`, which others on this machine may use by default.
std::string FreeListen() {
  return "--listen=" + Local(FreePort());
}

std::string Quoted(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += "'" + word + "' ";
  return text;
}

/// A node whose newest block is of now: the simulator's is of its own time.
class LiveNode {
 public:
  /// Answers what one run of doctor asks.
  void Expect() {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    std::array<char, 32> time{};
    (void)std::snprintf(time.data(), time.size(), "0x%llx", static_cast<unsigned long long>(now));
    const std::string hash = "\"0x" + std::string(64, 'a') + "\"";
    server_.Answer(200, R"({"jsonrpc":"2.0","id":0,"result":"0x89"})");
    server_.Answer(200, R"({"jsonrpc":"2.0","id":0,"result":"0x5000000"})");
    server_.Answer(200,
                   R"({"jsonrpc":"2.0","id":0,"result":{"number":"0x5000000","timestamp":")" +
                       std::string(time.data()) + "\",\"hash\":" + hash +
                       ",\"parentHash\":" + hash + "}}");
  }
  /// Its history is asked for elsewhere.
  std::vector<std::string> settings() const {
    return {"--rpc-url=" + server_.url(), "--fills-backfill=false"};
  }

 private:
  ProgrammableServer server_;
};

class Doctor : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulator_ = new Simulator({"--markets", "100", "--seed", "2", "--fills", "200"});
  }
  static void TearDownTestSuite() {
    delete simulator_;
    simulator_ = nullptr;
  }

  static const Simulator& simulator() { return *simulator_; }
  static std::string Rpc(const std::string& endpoint = "") {
    return simulator().url() + "/rpc" + endpoint;
  }
  std::string Nowhere() const { return dir_ / "nowhere"; }
  /// `polyhouse doctor`; of settings that are given twice the last counts.
  std::vector<std::string> Command(const std::vector<std::string>& settings) const {
    std::vector<std::string> command = {PolyhouseProgram(),
                                        "doctor",
                                        "--data-dir=" + Nowhere(),
                                        "--gamma-url=" + simulator().url(),
                                        FreeListen()};
    command.insert(command.end(), settings.begin(), settings.end());
    return command;
  }
  RunResult Examine(const std::vector<std::string>& settings,
                    const std::vector<std::string>& environment = {}) const {
    return RunToEnd(Command(settings), environment);
  }
  /// In a mount namespace of its own, after `script`.
  RunResult ExamineAfter(const std::string& script,
                         const std::vector<std::string>& settings) const {
    return RunToEnd({"unshare", "-rm", "bash", "-ec", script + "; " + Quoted(Command(settings))});
  }
  bool CanMount() const {
    return RunToEnd({"unshare", "-rm", "bash", "-ec", "mount -t tmpfs none " + dir_.path()})
               .exit_code == 0;
  }

  ScratchDir dir_;

 private:
  static Simulator* simulator_;
};

Simulator* Doctor::simulator_ = nullptr;

TEST_F(Doctor, PassesWhereNothingIsYetAndMakesNothing) {
  const RunResult run = Examine({});

  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_EQ(Complaints(run), "");
  EXPECT_THAT(Said(run, "data directory"), HasSubstr("polyhouse up makes it"));
  EXPECT_THAT(Said(run, "engine library"), StartsWith("pass"));
  EXPECT_THAT(run.out, HasSubstr("All is well"));
  EXPECT_EQ(run.err, "");
  EXPECT_FALSE(std::filesystem::exists(Nowhere()));
}

TEST_F(Doctor, PassesWhileUpRunsOnTheBuiltInDatabaseAndAfterwards) {
  LiveNode node;
  const std::string sql = "--sql-listen=" + Local(FreePort());
  const std::string data = "--data-dir=" + (dir_ / "data");

  const std::string listen = FreeListen();
  ChildProcess up({PolyhouseProgram(), "up", "--gamma-url", simulator().url(), data, sql, listen});
  ASSERT_TRUE(WaitUntil([&] {
    return RunToEnd({PolyhouseProgram(), "status", data}).out.find("write:") != std::string::npos;
  })) << up.Stderr();
  auto settings = node.settings();
  settings.insert(settings.end(), {data, sql, listen, "--clob-url=" + simulator().url() + "/clob"});

  node.Expect();
  const RunResult beside = Examine(settings);
  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();
  node.Expect();
  const RunResult afterwards = Examine(settings);

  EXPECT_EQ(beside.exit_code, 0) << beside.out << beside.err;
  EXPECT_EQ(Complaints(beside), "");
  EXPECT_THAT(Said(beside, "sql_listen port"), HasSubstr("is held by our own process"));
  EXPECT_THAT(Said(beside, "listen port"), HasSubstr("is held by our own process"));
  EXPECT_THAT(Said(beside, "roles"), HasSubstr(" live and keep up"));
  EXPECT_EQ(afterwards.exit_code, 0) << afterwards.out << afterwards.err;
  EXPECT_EQ(Complaints(afterwards), "");
  EXPECT_THAT(Said(afterwards, "sql_listen port"), HasSubstr("is free"));
  for (const char* check : {"schema", "deduplication", "parts", "clob", "node 1", "api clock"}) {
    EXPECT_THAT(Said(afterwards, check), StartsWith("pass")) << check;
  }
}

TEST_F(Doctor, PassesWithRedisAndAServer) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "50"});
  LiveNode node;
  node.Expect();
  auto settings = node.settings();
  settings.insert(settings.end(), {"doctor", FreeListen()});

  const RunResult run = stack.polyhouse().Run(settings);

  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_EQ(Complaints(run), "");
  for (const char* check : {"redis",
                            "redis policy",
                            "redis persistence",
                            "redis memory",
                            "redis clock",
                            "streams",
                            "canary",
                            "clickhouse",
                            "clickhouse clock",
                            "clickhouse rights",
                            "schema",
                            "deduplication",
                            "parts"}) {
    EXPECT_THAT(Said(run, check), StartsWith("pass")) << check;
  }
}

TEST_F(Doctor, JsonIsOneObjectWithTheSame) {
  const RunResult run = Examine({"--json", "--gamma-url=http://127.0.0.1:1"});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out,
              AllOf(StartsWith(R"({"verdict":"fail","pass":)"),
                    HasSubstr(R"({"name":"api markets","verdict":"fail","found":"no whole answer)"),
                    HasSubstr(R"("fix":"See whether this machine reaches it)")));
  EXPECT_EQ(
      RunToEnd(
          {"python3", "-c", "import json,sys; print(json.loads(sys.argv[1])['verdict'])", run.out})
          .out,
      "fail\n");
}

/// One planted mistake in settings, or in what they name.
struct Planted {
  std::vector<std::string> settings;
  std::string check;
  std::string verdict;
  std::string found;
  std::string fix;
};

class DoctorFinds : public Doctor {
 protected:
  void Expect(const Planted& planted) const {
    const RunResult run = Examine(planted.settings);
    EXPECT_EQ(run.exit_code, planted.verdict == "fail" ? 1 : 0) << run.out << run.err;
    EXPECT_THAT(
        Said(run, planted.check),
        AllOf(StartsWith(planted.verdict), HasSubstr(planted.found), HasSubstr(planted.fix)))
        << testing::PrintToString(planted.settings) << "\n"
        << run.out;
    // Whatever fails, the others are looked at: the last of those that are always there.
    EXPECT_THAT(Said(run, "node") + Said(run, "node 1"), Not(IsEmpty())) << run.out;
  }
};

TEST_F(DoctorFinds, SettingsThatDoNotWorkTogether) {
  const std::vector<Planted> all = {
      {{"--actions-enabled=true"}, "settings", "fail", "no node of the chain", "--rpc-url"},
      {{"--addresses-enabled=true"}, "settings", "fail", "no node of the chain", "--rpc-url"},
      {{"--fills-from=sometime"}, "settings", "fail", "\"sometime\" is no block", "config sample"},
      {{"--fills-from=200", "--fills-to=100"}, "settings", "fail", "before fills.from", "Exchange"},
      {{"--fills-exchanges=0x1=v9"}, "settings", "fail", "is no contract", "config sample"},
      {{"--gamma-retry-base=2m"}, "settings", "warn", "gamma.retry_cap (30s)", "gamma.retry_cap"},
      {{"--gamma-stall-timeout=2m"}, "settings", "warn", "ends a request first", "request_timeout"},
      {{"--cluster=c"}, "settings", "warn", "built-in database", "--clickhouse-url"},
      {{"--markets-backfill=false",
        "--markets-discover=false",
        "--markets-refresh=false",
        "--markets-settle=false"},
       "settings",
       "warn",
       "nothing of them is read",
       "markets.discover on"},
      {{"--sql-listen=127.0.0.1:7999", "--listen=127.0.0.1:7999"},
       "settings",
       "fail",
       "are both 127.0.0.1:7999",
       "another port"},
      {{"--engine-memory=900GB"}, "memory", "warn", "900 GB for queries", "--engine-memory="},
      {{"--archive-dir=/proc/version/x"}, "archive", "fail", "cannot be written", "--archive-dir"},
      {{"--data-dir=/proc/version"}, "data directory", "fail", "is no directory", "--data-dir"},
  };
  for (const Planted& planted : all) Expect(planted);
}

TEST_F(DoctorFinds, ServersThatContradict) {
  const std::string away = "127.0.0.1:1";
  const std::vector<std::string> servers = {"--redis-url=redis://" + away,
                                            "--clickhouse-url=http://" + away};
  const auto with = [&](std::vector<std::string> settings) {
    settings.insert(settings.begin(), servers.begin(), servers.end());
    return Said(Examine(settings), "settings");
  };
  EXPECT_THAT(with({"--redis-host=h", "--clickhouse-host=h"}),
              AllOf(HasSubstr("redis_url and redis.host"),
                    HasSubstr("Leave redis.host"),
                    HasSubstr("clickhouse_url and clickhouse.host"),
                    HasSubstr("Leave clickhouse.host")));
  EXPECT_THAT(with({"--sql-listen=127.0.0.1:7999",
                    "--clickhouse-ca-file=/no/ca.pem",
                    "--clickhouse-insert-settings=async_insert"}),
              AllOf(HasSubstr("Leave sql_listen out"),
                    HasSubstr("/no/ca.pem cannot be read"),
                    HasSubstr("clickhouse.insert_settings")));
  EXPECT_THAT(with({"--redis-url=redis+cluster://" + away}),
              AllOf(StartsWith("fail"), HasSubstr("hash tag")));

  const RunResult run = Examine(servers);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(Said(run, "redis"), AllOf(StartsWith("fail"), HasSubstr("correct redis_url")));
  EXPECT_THAT(Said(run, "clickhouse"),
              AllOf(StartsWith("fail"), HasSubstr("correct clickhouse_url")));
  EXPECT_THAT(Said(run, "api markets"), StartsWith("pass"));
}

TEST_F(DoctorFinds, AFileWithMistakesAndLooksAtTheRest) {
  const std::string file = dir_ / "polyhouse.toml";
  WriteFile(file, "lisen = \"127.0.0.1:1\"\n[gamma]\npage_size = 0\n");

  const RunResult run = Examine({"--config=" + file});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(Said(run, "settings"),
              AllOf(StartsWith("fail"),
                    HasSubstr("lisen is not known; did you mean listen?"),
                    HasSubstr("gamma.page_size"),
                    HasSubstr("no other command starts")));
  EXPECT_THAT(Said(run, "api markets"), StartsWith("pass"));
  EXPECT_EQ(RunToEnd({PolyhouseProgram(), "status", "--config=" + file}).exit_code, 2);
  EXPECT_THAT(Said(Examine({}, {"POLYHOUSE_LISEN=1"}), "settings"),
              HasSubstr("did you mean POLYHOUSE_LISTEN?"));
}

TEST_F(DoctorFinds, SecretsThatOthersCanReadAndPrintsNone) {
  const std::string file = dir_ / "polyhouse.toml";
  const std::string url = "http://user:hush-hush@127.0.0.1:1";
  WriteFile(file, "clickhouse_url = \"" + url + "\"\n[redis]\nhost = \"127.0.0.1\"\nport = 1\n");
  const std::vector<std::string> settings = {"--config=" + file, "--json"};

  chmod(file.c_str(), 0644);
  const RunResult open = Examine({"--config=" + file});
  EXPECT_THAT(Said(open, "secrets"),
              AllOf(StartsWith("fail"),
                    HasSubstr("holds clickhouse_url"),
                    HasSubstr("everybody can read it"),
                    HasSubstr("chmod 600 " + file)));
  chmod(file.c_str(), 0640);
  EXPECT_THAT(Said(Examine({"--config=" + file}), "secrets"),
              AllOf(StartsWith("warn"), HasSubstr("its group can read it")));
  chmod(file.c_str(), 0600);
  EXPECT_THAT(Said(Examine({"--config=" + file}), "secrets"), StartsWith("pass"));
  EXPECT_THAT(Said(Examine({"--clickhouse-url=" + url}), "secrets"),
              AllOf(StartsWith("warn"),
                    HasSubstr("clickhouse_url stands on the command line"),
                    HasSubstr("environment")));

  for (const RunResult& run :
       {open,
        Examine(settings),
        Examine({"--redis-url=redis://u:hush-hush@127.0.0.1:1"}),
        Examine({"--rpc-url=" + simulator().url() + "/v2/hush-hush-0123456789"}),
        Examine({"--redis-url=redis://u:hush-hush@127.0.0.1:x"})}) {
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("hush-hush")));
    EXPECT_EQ(run.exit_code, 1);
  }
}

TEST_F(DoctorFinds, ALibraryThatIsNone) {
  WriteFile(dir_ / "libchdb.so", "no library");
  Expect({{"--engine-library=/no/libchdb.so"},
          "engine library",
          "fail",
          "there is no file",
          "Run scripts/engine"});
  Expect({{"--engine-library=" + (dir_ / "libchdb.so")},
          "engine library",
          "fail",
          "Cannot load",
          "POLYHOUSE_LIBCHDB"});
}

TEST_F(DoctorFinds, PortsThatOthersHoldOrThatAreOpenToOthers) {
  const ProgrammableServer other;
  const std::string address = other.url().substr(std::string("http://").size());
  const std::string name = std::filesystem::read_symlink("/proc/self/exe").filename().string();
  const std::string holder = "is held by " + name + " (process " + std::to_string(getpid()) + ")";
  Expect({{"--sql-listen=" + address}, "sql_listen port", "fail", holder, "--sql-listen"});
  Expect({{"--listen=" + address}, "listen port", "fail", holder, "end that process"});
  Expect({{"--sql-listen=0.0.0.0:" + std::to_string(FreePort())},
          "sql_listen port",
          "fail",
          "there is no password",
          "POLYHOUSE_ENGINE_PASSWORD"});
  Expect(
      {{"--metrics-listen=" + address}, "metrics_listen port", "fail", holder, "--metrics-listen"});
  Expect({{"--listen=nonsense"}, "listen port", "fail", "nonsense", "--listen"});
}

TEST_F(DoctorFinds, FewOpenFiles) {
  for (const auto& [limit, verdict] : {std::pair("200", "fail"), std::pair("1000", "warn")}) {
    const RunResult run = RunToEnd(
        {"bash", "-c", "ulimit -n " + std::string(limit) + "; exec " + Quoted(Command({}))});
    EXPECT_THAT(Said(run, "open files"),
                AllOf(StartsWith(verdict), HasSubstr(limit), HasSubstr("ulimit -n 65536")));
  }
}

TEST_F(DoctorFinds, ADataDirectoryOfOthersOrForEverybody) {
  const std::string data = dir_ / "data";
  std::filesystem::create_directories(data + "/presence");
  const auto said = [&] { return Said(Examine({"--data-dir=" + data}), "data directory"); };
  EXPECT_THAT(said(), StartsWith("pass"));
  chmod((data + "/presence").c_str(), 0777);
  EXPECT_THAT(said(),
              AllOf(StartsWith("fail"),
                    HasSubstr("presence can be written by everybody"),
                    HasSubstr("chmod -R o-w")));
  chmod((data + "/presence").c_str(), 0755);
  if (geteuid() != 0) GTEST_SKIP() << "Only root can give a file to somebody else.";
  ASSERT_EQ(chown((data + "/presence").c_str(), 12'345, 12'345), 0);
  EXPECT_THAT(
      said(),
      AllOf(StartsWith("fail"), HasSubstr("belongs to user 12345"), HasSubstr("chown -R root")));
}

TEST_F(DoctorFinds, ADiskThatIsSmallOrReadOnly) {
  if (!CanMount()) GTEST_SKIP() << "This needs user namespaces (unshare -rm) to mount a disk.";
  const auto disk = [&](const std::string& options) {
    return ExamineAfter("mount -t tmpfs -o " + options + " none " + dir_.path(), {});
  };
  const RunResult small = disk("size=12m");
  EXPECT_EQ(small.exit_code, 1);
  EXPECT_THAT(Said(small, "disk"),
              AllOf(StartsWith("fail"), HasSubstr("12 MB free"), HasSubstr("--data-dir")));
  EXPECT_THAT(Said(disk("size=20g,nr_inodes=50"), "disk"),
              AllOf(StartsWith("fail"), HasSubstr("more files"), HasSubstr("df -i")));
  const RunResult read_only = disk("ro");
  EXPECT_THAT(Said(read_only, "disk"), AllOf(StartsWith("fail"), HasSubstr("read-only")));
  EXPECT_THAT(Said(read_only, "data directory"),
              AllOf(StartsWith("fail"), HasSubstr("cannot be made")));
}

TEST_F(DoctorFinds, ApisThatAreAwayOrAnotherThing) {
  Expect({{"--gamma-url=http://127.0.0.1:1"},
          "api markets",
          "fail",
          "no whole answer",
          "--gamma-url"});
  Expect(
      {{"--gamma-url=" + simulator().url() + "/clob"}, "api events", "fail", "404", "--gamma-url"});
  Expect({{"--clob-url=" + simulator().url() + "/nowhere"}, "clob", "warn", "404", "--clob-url"});
  Simulator broken({"--markets", "100", "--fault", "bad_record=1"});
  Expect({{"--gamma-url=" + broken.url()}, "api markets", "warn", "1 cannot be read", "dlq list"});
  broken.Post("/simulator/fault?spec=empty=1");
  Expect({{"--gamma-url=" + broken.url()}, "api markets", "fail", "no record", "--gamma-url"});
}

TEST_F(DoctorFinds, AnApiThatHangsWithinItsTime) {
  ProgrammableServer silent;
  for (int i = 0; i < 2; ++i)
    silent.Answer({.bytes = "", .then = ProgrammableServer::Then::kStall});
  Expect(
      {{"--gamma-url=" + silent.url()}, "api markets", "fail", "no whole answer", "--gamma-url"});
}

TEST_F(DoctorFinds, NodesThatAreAwayBehindPrunedOrOfAnotherChain) {
  const auto behave = [](const std::string& spec) {
    simulator().Post("/simulator/rpc?endpoint=3&spec=" + spec);
  };
  Expect({{"--rpc-url=http://127.0.0.1:1," + Rpc("/1")},
          "node 1",
          "fail",
          "no whole answer",
          "POLYGON_RPC_URL"});
  Expect({{"--rpc-url=nonsense"}, "node", "fail", "entry 1 is no URL", "--rpc-url"});
  behave("chain=1");
  Expect({{"--rpc-url=" + Rpc("/1") + "," + Rpc("/3")},
          "node 2",
          "fail",
          "a node of chain 1",
          "--rpc-url"});
  behave("pruned=90000000");
  Expect({{"--rpc-url=" + Rpc("/3"), "--fills-from=genesis"},
          "node 1 history",
          "fail",
          "no logs of block",
          "archive node"});
  behave("");
  const RunResult run = Examine({"--rpc-url=" + Rpc("/3"), "--fills-from=89999995"});
  EXPECT_THAT(Said(run, "node 1 history"),
              AllOf(StartsWith("pass"), HasSubstr("has block 89999995")))
      << run.out;
  // The simulator's chain stands still in a time of its own.
  EXPECT_THAT(Said(run, "node 1"), AllOf(StartsWith("fail"), HasSubstr("behind the chain")));
}

TEST_F(DoctorFinds, StreamsThatAreBrokenAndWhatTheCanaryFound) {
  const std::string data = dir_ / "data";
  const auto said = [&](const std::string& check) {
    return Said(Examine({"--data-dir=" + data}), check);
  };
  std::filesystem::create_directories(data);
  {
    const auto writer = OpenSqliteStreamWriter(data + "/streams.db");
    ASSERT_TRUE(writer);
    const auto appended =
        (*writer)->Append({.stream = StreamName("stream:markets"),
                           .set = {{kMarketListing.names.Key(kCanaryState),
                                    "2026-01-02T03:04:05.000Z\npages have 50 records"}}});
    ASSERT_TRUE(appended) << appended.error().message;
  }
  EXPECT_THAT(
      said("canary"),
      AllOf(StartsWith("warn"),
            HasSubstr("The source of markets does not behave as it did: pages have 50 records"),
            HasSubstr("docs/freshness.md")));
  for (const char* file : {"/streams.db-wal", "/streams.db-shm"}) {
    std::filesystem::remove(data + file);
  }
  WriteFile(data + "/streams.db", std::string(8'192, 'x'));
  EXPECT_THAT(said("streams"), AllOf(StartsWith("fail"), HasSubstr("streams.db aside")));
}

TEST_F(DoctorFinds, ARedisThatLosesWhatItHolds) {
  NEEDS_REDIS();
  RedisServer redis({"--appendonly", "yes"});
  const std::string url = "--redis-url=redis://" + Local(redis.port());
  const auto said = [&](const std::string& check) { return Said(Examine({url}), check); };

  redis.Ask({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  EXPECT_THAT(said("redis policy"),
              AllOf(StartsWith("fail"),
                    HasSubstr("allkeys-lru"),
                    HasSubstr("CONFIG SET maxmemory-policy noeviction")));
  redis.Ask({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  redis.Ask({"CONFIG", "SET", "maxmemory", "1100000"});
  EXPECT_THAT(said("redis memory"),
              AllOf(StartsWith("fail"), HasSubstr("maxmemory"), HasSubstr("CONFIG SET maxmemory")));
  redis.Ask({"CONFIG", "SET", "maxmemory", "0"});
  redis.Ask({"CONFIG", "SET", "appendfsync", "no"});
  EXPECT_THAT(said("redis persistence"),
              AllOf(StartsWith("warn"), HasSubstr("appendfsync no"), HasSubstr("everysec")));
  redis.Ask({"CONFIG", "SET", "appendonly", "no"});
  redis.Ask({"CONFIG", "SET", "save", ""});
  EXPECT_THAT(said("redis persistence"),
              AllOf(StartsWith("warn"), HasSubstr("nothing on disk"), HasSubstr("appendonly yes")));
  std::filesystem::remove_all(redis.directory());
  redis.Ask({"BGSAVE"});
  EXPECT_TRUE(WaitUntil([&] {
    return redis.Ask({"INFO", "persistence"}).find("bgsave_status:err") != std::string::npos;
  }));
  EXPECT_THAT(
      said("redis persistence"),
      AllOf(HasSubstr("fail"), HasSubstr("rdb_last_bgsave_status:err"), HasSubstr("disk is full")));
  redis.Ask({"CONFIG", "SET", "requirepass", "pw"});
  EXPECT_THAT(said("redis"), AllOf(StartsWith("fail"), HasSubstr("password")));
}

TEST_F(DoctorFinds, ANodeOfAClusterThatIsNoneAndOneThatIsIncomplete) {
  NEEDS_REDIS();
  // Its second port is the first plus 10000 by default, which may not exist.
  const RedisServer redis({"--appendonly",
                           "yes",
                           "--cluster-enabled",
                           "yes",
                           "--cluster-port",
                           std::to_string(FreePort())});
  const std::string place = Local(redis.port());

  EXPECT_THAT(
      Said(Examine({"--redis-url=redis://" + place}), "redis cluster"),
      AllOf(StartsWith("fail"), HasSubstr("a single server"), HasSubstr("redis+cluster://")));
  EXPECT_THAT(
      Said(Examine({"--redis-url=redis+cluster://" + place, "--redis-prefix={pm}:"}), "redis"),
      AllOf(StartsWith("fail"), HasSubstr("CLUSTERDOWN"), HasSubstr("CLUSTER NODES")));
}

TEST_F(DoctorFinds, ClocksThatDiffer) {
  NEEDS_REDIS();
  if (access(kFaketime, R_OK) != 0) GTEST_SKIP() << "faketime is missing: scripts/bootstrap";
  const ServerStack stack({"--markets", "50"});
  auto environment = stack.environment();
  environment.insert(environment.end(),
                     {"LD_PRELOAD=" + std::string(kFaketime),
                      "FAKETIME=-3600",
                      "FAKETIME_DONT_FAKE_MONOTONIC=1",
                      "DONT_FAKE_MONOTONIC=1"});

  const RunResult run = RunToEnd({PolyhouseProgram(), "doctor", FreeListen()}, environment);

  EXPECT_EQ(run.exit_code, 1);
  for (const char* check : {"redis clock", "clickhouse clock", "api clock"}) {
    EXPECT_THAT(Said(run, check),
                AllOf(StartsWith("fail"), HasSubstr("ahead of ours"), HasSubstr("set-ntp")))
        << check << run.out << run.err;
  }
}

/// Mistakes in tables, each in a database of its own, of the built-in engine in a server's place.
TEST_F(DoctorFinds, TablesThatAreNotThoseOfThisProgram) {
  const LiveEngine engine;
  const auto with = [&](const std::string& database) {
    return Polyhouse(Nowhere(),
                     simulator().url(),
                     {"--clickhouse-url=" + engine.url(), "--database=" + database, FreeListen()});
  };
  const auto said = [&](const std::string& database, const std::string& check) {
    const RunResult run = with(database).Run({"doctor"});
    return Said(run, check);
  };
  EXPECT_THAT(
      said("bare", "schema"),
      AllOf(StartsWith("fail"), HasSubstr("migrations"), HasSubstr("run polyhouse schema apply")));

  engine.ApplySchema("pm");
  const Polyhouse pm = with("pm");
  EXPECT_THAT(said("pm", "schema"), StartsWith("pass"));
  pm.Query("ALTER TABLE markets MODIFY SETTING non_replicated_deduplication_window = 0");
  EXPECT_THAT(said("pm", "deduplication"),
              AllOf(StartsWith("fail"),
                    HasSubstr("markets (0, not 1000)"),
                    HasSubstr("ALTER TABLE pm.markets MODIFY SETTING "
                              "non_replicated_deduplication_window = 1000")));
  pm.Query("SYSTEM STOP MERGES pm.ingest_ledger");
  pm.Query(
      "ALTER TABLE ingest_ledger MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0");
  pm.Query(
      "INSERT INTO ingest_ledger (version) SELECT number FROM numbers(310) SETTINGS "
      "max_block_size = 1, min_insert_block_size_rows = 1, min_insert_block_size_bytes = 1, "
      "max_insert_threads = 1, max_threads = 1");
  EXPECT_THAT(said("pm", "parts"),
              AllOf(StartsWith("warn"),
                    HasSubstr("ingest_ledger"),
                    HasSubstr("310"),
                    HasSubstr("SYSTEM START MERGES")));
  pm.Query("DROP VIEW markets_current");
  EXPECT_THAT(said("pm", "schema"),
              AllOf(StartsWith("fail"), HasSubstr("lacks"), HasSubstr("schema apply")));
  pm.Query("INSERT INTO polyhouse_migrations VALUES ('9999_of_tomorrow', 'x', now64(3))");
  EXPECT_THAT(said("pm", "schema"),
              AllOf(StartsWith("fail"),
                    HasSubstr("9999_of_tomorrow"),
                    HasSubstr("newer polyhouse"),
                    HasSubstr("--database")));
  pm.Query(
      "ALTER TABLE polyhouse_migrations DELETE WHERE name = '9999_of_tomorrow' SETTINGS "
      "mutations_sync = 1");
  pm.Query(
      "ALTER TABLE polyhouse_migrations UPDATE checksum = 'x' WHERE name = '0001_markets' SETTINGS "
      "mutations_sync = 1");
  EXPECT_THAT(said("pm", "schema"), AllOf(StartsWith("fail"), HasSubstr("was edited")));
}

}  // namespace
}  // namespace polyhouse
