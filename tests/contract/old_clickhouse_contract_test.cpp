// The transport against a real ClickHouse server that is not ours: Debian 12's, of 2018. Its tables
// cannot hold our rows (no DateTime64, no Bool), but its HTTP is the true one: keep-alive, chunked
// replies, authentication, error bodies, gzip.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "adapters/clickhouse/server_check.h"
#include "adapters/http/curl_http_client.h"
#include "support/child_process.h"
#include "support/free_port.h"
#include "support/result_matchers.h"
#include "support/tcp_proxy.h"

namespace polyhouse {
namespace {

/// The server on a port of its own, with a user "pm" and the password "s3cret".
class OldClickHouseServer {
 public:
  OldClickHouseServer() {
    WriteFile(dir_ / "config.xml",
              "<yandex><logger><level>warning</level><log>" + (dir_ / "log") + "</log><errorlog>" +
                  (dir_ / "errorlog") + "</errorlog></logger><http_port>" + std::to_string(port_) +
                  "</http_port><tcp_port>" + std::to_string(FreePort()) +
                  "</tcp_port><listen_host>127.0.0.1</listen_host><path>" + (dir_ / "data/") +
                  "</path><tmp_path>" + (dir_ / "tmp/") +
                  "</tmp_path><users_config>users.xml</users_config><default_profile>default"
                  "</default_profile><default_database>default</default_database>"
                  "<mark_cache_size>1000000</mark_cache_size><keep_alive_timeout>60"
                  "</keep_alive_timeout></yandex>");
    WriteFile(dir_ / "users.xml",
              "<yandex><profiles><default/></profiles><quotas><default/></quotas><users><pm>"
              "<password>s3cret</password><networks><ip>::/0</ip></networks><profile>default"
              "</profile><quota>default</quota></pm></users></yandex>");
    process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{"clickhouse-server", "--config-file=" + (dir_ / "config.xml")});
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }

 private:
  ScratchDir dir_;
  std::uint16_t port_ = FreePort();
  std::unique_ptr<ChildProcess> process_;
};

class OldClickHouse : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (RunToEnd({"sh", "-c", "command -v clickhouse-server"}).exit_code != 0) return;
    server_ = new OldClickHouseServer;
    SystemClock clock;
    const auto http = MakeCurlHttpClient({}, clock);
    ClickHouseClient client({.endpoints = {{.url = server_->url()}}}, *http);
    WaitUntil([&] { return client.Ping({}).has_value(); });
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  void SetUp() override {
    if (server_ == nullptr) {
      GTEST_SKIP() << "clickhouse-server is not installed: scripts/bootstrap installs it";
    }
  }

  ClickHouseOptions Options(const std::string& password = "s3cret") const {
    return {.endpoints = {{.url = server_->url(), .user = "pm", .password = Secret(password)}},
            .database = "default",
            .insert_encoding = BodyEncoding::kGzip};
  }
  ClickHouseClient Client(const std::string& password = "s3cret") {
    return ClickHouseClient(Options(password), *http_);
  }

  static inline OldClickHouseServer* server_ = nullptr;
  SystemClock clock_;
  std::unique_ptr<HttpClient> http_ = MakeCurlHttpClient({}, clock_);
};

TEST_F(OldClickHouse, IsRefusedWithWhatItLacks) {
  auto client = Client();

  const auto version = CheckClickHouseServer(client, {});

  ASSERT_THAT(version, HasError(ErrorKind::kConfig, "ClickHouse 18.16"));
  for (const char* lack :
       {"24.3 or newer", "no type DateTime64", "no type Bool", "no insert_deduplication_token"}) {
    EXPECT_THAT(version.error().message, testing::HasSubstr(lack));
  }
}

TEST_F(OldClickHouse, StoresAGzippedNativeBlock) {
  auto client = Client();
  ASSERT_THAT(client.Execute("CREATE TABLE plain (id String, n UInt64) ENGINE = Memory", {}),
              IsOk());
  // Two columns, two rows: a count or length is one byte here (Native format).
  const std::string block = std::string("\x02\x02", 2) +
                            std::string(
                                "\x02id\x06String\x01"
                                "a\x03;\n\n",
                                16) +
                            std::string("\x01n\x06UInt64", 9) +
                            std::string("\x07\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16);
  const std::vector<std::string_view> pieces = {std::string_view(block).substr(0, 5),
                                                std::string_view(block).substr(5)};

  ASSERT_THAT(
      client.Insert({.table = "plain", .columns = "`id`, `n`", .native = pieces, .rows = 2}, {}),
      IsOk());

  EXPECT_EQ(client.Fetch("SELECT id, n FROM plain ORDER BY n FORMAT JSONEachRow", {}).value(),
            "{\"id\":\"a\",\"n\":\"7\"}\n{\"id\":\";\\n\\n\",\"n\":\"18446744073709551615\"}\n");
}

TEST_F(OldClickHouse, SaysWhatBrokeAResultOffThatBeganWithSuccess) {
  std::string result;

  const auto status = Client().Query(
      "SELECT number, intDiv(1, toInt64(number) - 700000) FROM system.numbers LIMIT 1000000",
      {},
      [&](std::string_view piece) {
        result += piece;
        return true;
      },
      {});

  EXPECT_THAT(status, HasError(ErrorKind::kTransient, "Division by zero"));
  EXPECT_THAT(result, testing::StartsWith("0\t0\n1\t0\n"));
  EXPECT_THAT(result, testing::Not(testing::HasSubstr("DB::Exception")));
}

TEST_F(OldClickHouse, StreamsALargeChunkedReplyWhole) {
  const auto text = Client().Fetch("SELECT number FROM system.numbers LIMIT 1000000", {});

  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(text->size(), 6'888'890U);
  EXPECT_TRUE(text->ends_with("\n999999\n"));
}

TEST_F(OldClickHouse, AnswersManyRequestsOverOneConnection) {
  TcpProxy proxy(server_->port());
  auto options = Options();
  options.endpoints[0].url = "http://127.0.0.1:" + std::to_string(proxy.port());
  ClickHouseClient client(options, *http_);

  for (int i = 0; i < 5; ++i) ASSERT_THAT(client.Fetch("SELECT 1", {}), IsOk());

  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(OldClickHouse, RefusesAWrongPasswordWhichIsNotRepeated) {
  const auto result = Client("wr0ng").Fetch("SELECT 1", {});

  ASSERT_THAT(result, HasError(ErrorKind::kConfig, "Wrong password for user pm"));
  EXPECT_THAT(result.error().message, testing::Not(testing::HasSubstr("wr0ng")));
}

TEST_F(OldClickHouse, ErrorsAreClassifiedByTheCodeInTheBody) {
  auto client = Client();

  EXPECT_THAT(client.Fetch("SELECT * FROM nowhere", {}), HasError(ErrorKind::kConfig, "Code: 60"));
  EXPECT_THAT(client.Fetch("SELEKT", {}), HasError(ErrorKind::kRejected, "Code: 62"));
  EXPECT_THAT(client.Fetch("SELECT throwIf(1)", {}), HasError(ErrorKind::kTransient));
}

TEST_F(OldClickHouse, IsAskedAgainWhenTheFirstOfTwoServersIsAway) {
  auto options = Options();
  options.endpoints.insert(options.endpoints.begin(), {.url = "http://127.0.0.1:1"});
  ClickHouseClient client(options, *http_);

  EXPECT_THAT(client.Fetch("SELECT 1", {}), HasError(ErrorKind::kTransient));
  EXPECT_EQ(client.Fetch("SELECT 1", {}).value(), "1\n");
}

}  // namespace
}  // namespace polyhouse
