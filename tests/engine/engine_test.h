#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/engine_process.h"
#include "engine/http_client.h"
#include "support/free_port.h"

namespace polyhouse::engine {

/// A running engine with an empty directory of tables, one for each test.
class EngineTest : public testing::Test {
 protected:
  void SetUp() override { StartEngine({}); }

  void StartEngine(const std::vector<std::string>& arguments,
                   const std::vector<std::string>& environment = {}) {
    engine_ = std::make_unique<EngineProcess>(scratch_.path(), arguments, environment);
    ASSERT_TRUE(engine_->WaitUntilReady()) << engine_->Stderr();
  }

  HttpClient client() const { return HttpClient::OnUnixSocket(engine_->socket()); }
  EngineProcess& engine() { return *engine_; }
  const std::string& directory() const { return scratch_.path(); }

  /// How many queries are running with these words in their text, as "0\n".
  std::string CountRunning(const std::string& words) const {
    return client().Query("SELECT count() FROM system.processes WHERE query LIKE '%" + words +
                          "%' AND query NOT LIKE '%system.processes%'");
  }

  /// Creates `t (s String)`.
  void CreateTable() {
    ASSERT_EQ(client().Query("CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY s"), "");
  }

 private:
  ScratchDir scratch_;
  std::unique_ptr<EngineProcess> engine_;
};

/// An engine that also listens on TCP, with one row in `t`; each test starts it.
class EngineTcpTest : public EngineTest {
 protected:
  void SetUp() override {}

  void StartOnTcp(const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment = {}) {
    port_ = FreePort();
    std::vector<std::string> all = {"--listen", "127.0.0.1:" + std::to_string(port_)};
    all.insert(all.end(), arguments.begin(), arguments.end());
    StartEngine(all, environment);
    CreateTable();
    client().Query("INSERT INTO t SELECT 'row'");
  }

  HttpClient tcp() const { return HttpClient::OnTcp(port_); }
  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::uint16_t port_ = 0;
};

/// Lets a failed expectation show the answer.
inline void PrintTo(const HttpAnswer& answer, std::ostream* out) {
  *out << "status " << answer.status << ", body " << answer.body.substr(0, 300);
}

/// Matches an answer with this status and exception code.
MATCHER_P2(IsEngineError, status, code, "") {
  const auto header = arg.headers.find("x-clickhouse-exception-code");
  return arg.status == status && header != arg.headers.end() &&
         header->second == std::to_string(code) &&
         arg.body.starts_with("Code: " + std::to_string(code) + ". DB::Exception: ");
}

}  // namespace polyhouse::engine
