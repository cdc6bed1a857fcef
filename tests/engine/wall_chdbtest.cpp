#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/engine_test.h"
#include "engine/hostile_statements.h"
#include "support/free_port.h"
#include "support/polyhouse_program.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kFileSecret = "planted-in-a-file-7391";
constexpr const char* kVariableSecret = "planted-in-the-environment-4820";
constexpr const char* kPassword = "planted-as-password-1177";

/// Everything that must not come back: the planted words, and words that only /proc has.
bool Leaks(const std::string& text) {
  for (const char* const word :
       {kFileSecret, kVariableSecret, kPassword, "VmPeak", "POLYHOUSE_", "--engine-user="}) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

/// Notices who connects, or sends a datagram.
class QuietPort {
 public:
  explicit QuietPort(int type, std::uint16_t port = 0)
      : descriptor_(socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t length = sizeof(address);
    works_ = bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), length) == 0;
    if (works_ && type == SOCK_STREAM) works_ = listen(descriptor_, 16) == 0;
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  QuietPort(const QuietPort&) = delete;
  QuietPort& operator=(const QuietPort&) = delete;
  ~QuietPort() { close(descriptor_); }

  std::uint16_t port() const { return port_; }
  bool works() const { return works_; }
  bool WasConnectedTo() const { return accept(descriptor_, nullptr, nullptr) >= 0; }
  bool WasSentTo() const {
    char byte = 0;
    return recv(descriptor_, &byte, 1, 0) >= 0;
  }

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
  bool works_ = false;
};

class EngineWallTest : public EngineTcpTest {
 protected:
  void SetUp() override {
    std::ofstream(secrets_ / "secret.txt") << kFileSecret << "\n";
    StartOnTcp({"--engine-user", "reader"},
               {std::string("POLYHOUSE_ENGINE_PASSWORD=") + kPassword,
                std::string("SOME_TOKEN=") + kVariableSecret});
  }

  HttpClient reader() const {
    return tcp()
        .With("X-ClickHouse-User: reader")
        .With(std::string("X-ClickHouse-Key: ") + kPassword);
  }

  std::vector<std::string> HostilePaths() const {
    return {secrets_ / "secret.txt",
            "/proc/self/environ",
            "/proc/self/cmdline",
            "/proc/self/status",
            "/proc/" + std::to_string(getpid()) + "/environ"};
  }

  void ExpectNothingComesBack(const HttpAnswer& answer, const std::string& statement) {
    EXPECT_NE(answer.status, 0) << statement;
    std::string all = answer.body;
    for (const auto& [name, value] : answer.headers) all.append(value);
    EXPECT_FALSE(Leaks(all)) << statement << ": " << all;
  }

  ScratchDir secrets_;
};

TEST_F(EngineWallTest, GivesReadersNoByteOfAnyFile) {
  std::size_t tried = 0;
  for (const std::string& path : HostilePaths()) {
    const bool is_first = tried == 0;
    for (const std::string& statement :
         StatementsForFile(path, is_first ? Breadth::kAll : Breadth::kChoice)) {
      const bool by_get = ++tried % 2 == 0;
      ExpectNothingComesBack(
          by_get ? reader().Get(Target({{"query", statement}})) : reader().Post("/", statement),
          statement);
    }
  }
  EXPECT_GT(tried, 500);
}

TEST_F(EngineWallTest, GivesReadersNoByteByWayOfParameters) {
  for (const std::string& path : HostilePaths()) {
    for (const std::string function : {"file", "fil\\x65", "`file`"}) {
      const auto answer = reader().Post(Target({{"param_f", function}, {"param_p", path}}),
                                        "SELECT arrayMap({f:Identifier}, [{p:String}])");
      ExpectNothingComesBack(answer, function);
      EXPECT_THAT(answer.body, HasSubstr("(ACCESS_DENIED)"));
    }
  }
}

/// The kernel's wall alone: nobody looks at the words of the owner's statements.
TEST_F(EngineWallTest, GivesTheOwnerNoByteEither) {
  for (const std::string& path : HostilePaths()) {
    for (const std::string& statement : StatementsForFile(path, Breadth::kChoice)) {
      ExpectNothingComesBack(client().Post("/", statement), statement);
    }
  }
  EXPECT_THAT(client().Query("SELECT file('/etc/hostname')"), HasSubstr("Permission denied"));
}

TEST_F(EngineWallTest, LetsNobodyOut) {
  const QuietPort listener(SOCK_STREAM);
  const QuietPort datagrams(SOCK_DGRAM);
  const QuietPort names(SOCK_DGRAM, 53);  // What a resolver without settings asks; root only.
  for (const std::string& statement : StatementsForNetwork(listener.port())) {
    const auto by_post = reader().Post("/", statement);
    const auto by_get = reader().Get(Target({{"query", statement}}));
    EXPECT_GE(by_post.status, 400) << statement;
    EXPECT_GE(by_get.status, 400) << statement;
  }
  const std::string port = std::to_string(listener.port());
  for (const std::string& statement :
       {"SELECT * FROM url('http://127.0.0.1:" + port + "/', 'TSV', 'a String')",
        "SELECT * FROM url('http://name.to.look.up.test:" + port + "/', 'TSV', 'a String')",
        "INSERT INTO FUNCTION url('http://127.0.0.1:" + port +
            "/', 'TSV', 'a String') SELECT 'x'"}) {
    EXPECT_GE(client().Post("/", statement).status, 400) << statement;
  }
  EXPECT_FALSE(listener.WasConnectedTo());
  EXPECT_FALSE(datagrams.WasSentTo());
  EXPECT_FALSE(names.works() && names.WasSentTo());
}

TEST_F(EngineWallTest, DoesNotTellWhichPathsExist) {
  for (const auto& door : {client(), reader()}) {
    for (const std::string& path :
         {std::string("/etc/passwd"), secrets_ / "secret.txt", std::string("../../engine.sock")}) {
      EXPECT_EQ(door.Query("EXISTS TABLE `" + path + "`"), "0\n") << path;
      EXPECT_THAT(reader().Query("SELECT * FROM eval('SELECT file(''" + path + "'')')"),
                  HasSubstr("ACCESS_DENIED"));
      EXPECT_EQ(door.Query("EXISTS TABLE default.`" + path + "`"), "0\n") << path;
      EXPECT_THAT(door.Query("SELECT * FROM `" + path + "`"), HasSubstr("UNKNOWN_TABLE")) << path;
    }
  }
}

/// A file that sqlite() made below the tables kept the engine from starting ever again.
TEST_F(EngineWallTest, MakesNoFileForThoseWhoOnlyRead) {
  const std::string tables = directory() + "/tables";
  const std::string path = tables + "/metadata/evil.sql";
  const std::string eval = "allow_experimental_eval_table_function";
  for (const std::string& statement :
       {"SELECT * FROM sqlite('" + path + "', 't')",
        "DESCRIBE TABLE sqlite('" + path + "', 't')",
        "SELECT * FROM eval('SELECT * FROM sqlite(''" + path + "'', ''t'')')"}) {
    for (const auto& answer :
         {reader().Post(Target({{eval, "1"}}), statement),
          reader().Get(Target({{eval, "1"}, {"query", statement}})),
          client().Get(Target({{eval, "1"}, {"query", statement}})),
          client().Post(Target({{eval, "1"}, {"readonly", "2"}}), statement)}) {
      EXPECT_THAT(answer.body, HasSubstr("ACCESS_DENIED")) << statement;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

/// They filled the disk that the tables are on.
TEST_F(EngineWallTest, BoundsWhatReadersPutOnTheDisk) {
  for (const std::string asked : {"", "99999999999999"}) {
    const auto target =
        asked.empty() ? "/" : Target({{"max_temporary_data_on_disk_size_for_query", asked}});
    EXPECT_NE(reader()
                  .Post(target,
                        "SELECT getSetting('max_temporary_data_on_disk_size_for_query') FORMAT TSV")
                  .body,
              asked.empty() ? "0\n" : asked + "\n");
  }
}

TEST_F(EngineWallTest, HoldsNoSecretInItsProcess) {
  const std::string process = "/proc/" + std::to_string(engine().pid());

  EXPECT_EQ(ReadFile(process + "/environ"), "");
  EXPECT_FALSE(ReadFile(process + "/cmdline").find(kPassword) != std::string::npos);
  for (const auto& file : std::filesystem::directory_iterator(process + "/fd")) {
    std::error_code ignored;
    EXPECT_THAT(std::filesystem::read_symlink(file.path(), ignored).string(),
                Not(HasSubstr("memfd")));
  }
  EXPECT_EQ(reader().Query("SELECT 1"), "1\n");
}

TEST_F(EngineWallTest, LosesNothingOfTheOwnersWork) {
  client().Query("CREATE TABLE big (a UInt64, s String) ENGINE = MergeTree ORDER BY a");
  EXPECT_EQ(client().Query("INSERT INTO big SELECT number, toString(number) FROM numbers(300000)"),
            "");
  EXPECT_EQ(client().Query("OPTIMIZE TABLE big FINAL"), "");
  EXPECT_EQ(client().Query("SELECT count() FROM (SELECT s FROM big GROUP BY s) "
                           "SETTINGS max_bytes_before_external_group_by = 1000000"),
            "300000\n");
  EXPECT_EQ(client().Query("ALTER TABLE big DELETE WHERE a < 10 SETTINGS mutations_sync = 2"), "");
  EXPECT_EQ(client().Query("SELECT count() FROM big"), "299990\n");
  EXPECT_EQ(client().Query("DROP TABLE big"), "");
}

/// The tables that a user made in `default` outlive what the engine does to that database.
TEST_F(EngineWallTest, KeepsTheTablesOfTheDefaultDatabase) {
  for (int start = 0; start < 2; ++start) {
    engine().Signal(SIGTERM);
    engine().WaitForEnd();
    StartEngine({});
    EXPECT_EQ(client().Query("SELECT s FROM default.t"), "row\n");
    EXPECT_EQ(client().Query("SELECT engine FROM system.databases WHERE name = 'default'"),
              "Atomic\n");
  }
}

TEST_F(EngineWallTest, GivesThoseWhoAskForItAReadersRightsOnTheOwnersSocket) {
  for (const std::string rights : {"reader", "stranger"}) {
    const auto ask = [&](const std::string& sql) {
      return client().With("X-Polyhouse-Rights: " + rights).Post("/", sql);
    };
    EXPECT_EQ(ask("SELECT 1").body, "1\n") << rights;
    EXPECT_NE(ask("SELECT * FROM file('/etc/passwd')").status, 200) << rights;
    EXPECT_NE(ask("CREATE TABLE default.mine (x UInt8) ENGINE = Memory").status, 200) << rights;
    EXPECT_NE(ask("SELECT 1 SETTINGS format_template_row = '/etc/passwd'").status, 200) << rights;
  }
}

class EngineWithoutLandlockTest : public testing::Test {
 protected:
  std::vector<std::string> Command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {
        WITHOUT_LANDLOCK, PolyhouseProgram(), "engine", "--data-dir", directory_.path()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }
  std::string Address() const { return "127.0.0.1:" + std::to_string(port_); }

  ScratchDir directory_;
  std::uint16_t port_ = FreePort();
};

TEST_F(EngineWithoutLandlockTest, OpensNoPortAndSaysWhy) {
  const auto end = RunToEnd(Command({"--listen", Address()}));

  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("cannot shut the engine in"));
  EXPECT_THAT(end.err, HasSubstr("engine.listen_without_wall"));
}

TEST_F(EngineWithoutLandlockTest, OpensThePortWhenToldTo) {
  ChildProcess engine(Command({"--listen", Address(), "--engine-listen-without-wall", "true"}));

  EXPECT_TRUE(WaitUntil(
      [&] { return engine.HasEnded() || HttpClient::OnTcp(port_).Query("SELECT 1") == "1\n"; }));
  EXPECT_FALSE(engine.HasEnded()) << engine.Stderr();
}

/// The page's SQL comes by the socket.
TEST_F(EngineWithoutLandlockTest, RefusesStrangersOnTheSocketAndLetsReadersIn) {
  ChildProcess engine(Command({}));
  const auto client = HttpClient::OnUnixSocket(directory_ / "engine.sock");
  ASSERT_TRUE(WaitUntil([&] { return engine.HasEnded() || client.Query("SELECT 1") == "1\n"; }));
  const auto as = [&](const std::string& rights) {
    return client.With("X-Polyhouse-Rights: " + rights).Post("/", "SELECT 1");
  };

  EXPECT_EQ(as("reader").body, "1\n");
  EXPECT_EQ(as("stranger").status, 403);
  EXPECT_THAT(as("stranger").body, HasSubstr("engine.listen_without_wall"));
}

TEST_F(EngineWithoutLandlockTest, AnswersOnTheSocketAllTheSame) {
  ChildProcess engine(Command({}));
  const auto client = HttpClient::OnUnixSocket(directory_ / "engine.sock");

  EXPECT_TRUE(WaitUntil([&] { return engine.HasEnded() || client.Query("SELECT 1") == "1\n"; }));
  EXPECT_FALSE(engine.HasEnded()) << engine.Stderr();
}

}  // namespace
}  // namespace polyhouse::engine
