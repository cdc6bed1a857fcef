#include <gtest/gtest.h>

#include "adapters/clickhouse/server_check.h"
#include "adapters/http/curl_http_client.h"
#include "contract/live_engine.h"
#include "support/free_port.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

/// Our engine behind a TLS terminator with a certificate that nobody has signed.
class ClickHouseTls : public testing::Test {
 protected:
  void SetUp() override {
    if (RunToEnd({"sh", "-c", "command -v socat openssl"}).exit_code != 0) {
      GTEST_SKIP() << "socat or openssl is not installed: scripts/bootstrap installs them";
    }
    const RunResult made = RunToEnd({"openssl",
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "rsa:2048",
                                     "-nodes",
                                     "-days",
                                     "2",
                                     "-subj",
                                     "/CN=127.0.0.1",
                                     "-addext",
                                     "subjectAltName=IP:127.0.0.1",
                                     "-keyout",
                                     dir_ / "key.pem",
                                     "-out",
                                     dir_ / "cert.pem"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    socat_ = std::make_unique<ChildProcess>(std::vector<std::string>{
        "socat",
        "OPENSSL-LISTEN:" + std::to_string(port_) +
            ",bind=127.0.0.1,reuseaddr,fork,verify=0,cert=" + (dir_ / "cert.pem") +
            ",key=" + (dir_ / "key.pem"),
        "UNIX-CONNECT:" + engine_.socket()});
  }
  Result<std::string> Version(const std::string& ca_file) {
    const auto http = MakeCurlHttpClient({.ca_file = ca_file}, clock_);
    ClickHouseClient client({.endpoints = {{.url = "https://127.0.0.1:" + std::to_string(port_)}}},
                            *http);
    return CheckClickHouseServer(client, {});
  }

  SystemClock clock_;
  const ScratchDir dir_;
  const LiveEngine engine_;
  const std::uint16_t port_ = FreePort();
  std::unique_ptr<ChildProcess> socat_;
};

TEST_F(ClickHouseTls, IsUsedWithACertificateThatIsTrusted) {
  EXPECT_TRUE(WaitUntil([&] { return Version(dir_ / "cert.pem").has_value(); }));
}

TEST_F(ClickHouseTls, RefusesACertificateThatIsNot) {
  ASSERT_TRUE(WaitUntil([&] { return Version(dir_ / "cert.pem").has_value(); }));

  EXPECT_THAT(Version(""), HasError(ErrorKind::kTransient, "certificate"));
}

}  // namespace
}  // namespace polyhouse
