#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/clock.h"
#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

constexpr const char* kPassword = "doors";
constexpr const char* kSlow =
    "SELECT count() FROM numbers(30000000000) WHERE NOT ignore(sipHash64(number))";

/// Connections that have sent these bytes and nothing more.
class SlowCrowd {
 public:
  SlowCrowd(const HttpClient& door, std::size_t count, std::string_view bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      const int descriptor = door.Connect();
      (void)!send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      descriptors_.push_back(descriptor);
    }
  }
  SlowCrowd(const SlowCrowd&) = delete;
  SlowCrowd& operator=(const SlowCrowd&) = delete;
  ~SlowCrowd() {
    for (const int descriptor : descriptors_) close(descriptor);
  }

 private:
  std::vector<int> descriptors_;
};

class EngineDoorsTest : public EngineTcpTest {
 protected:
  void StartWithPassword(std::vector<std::string> arguments) {
    StartOnTcp(arguments, {std::string("POLYHOUSE_ENGINE_PASSWORD=") + kPassword});
  }
  HttpClient reader() const {
    return tcp()
        .With("X-ClickHouse-User: default")
        .With(std::string("X-ClickHouse-Key: ") + kPassword);
  }
  static std::string SlowPost(const std::string& headers) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: 1000\r\n\r\nSEL";
  }
  void ExpectTheOwnerIsServed() {
    EXPECT_EQ(client().Query("INSERT INTO t VALUES ('owner')"), "");
    EXPECT_EQ(client().Query("SELECT 1"), "1\n");
  }
};

TEST_F(EngineDoorsTest, StrangersTakeNoPlaceWithSlowBodies) {
  StartWithPassword({});
  const SlowCrowd crowd(tcp(), 300, SlowPost(""));

  ExpectTheOwnerIsServed();
  EXPECT_EQ(reader().Query("SELECT 1"), "1\n");
}

TEST_F(EngineDoorsTest, SlowReadersTakeNoPlaceOfTheOwner) {
  StartWithPassword({});
  const SlowCrowd crowd(tcp(),
                        300,
                        SlowPost("X-ClickHouse-User: default\r\nX-ClickHouse-Key: " +
                                 std::string(kPassword) + "\r\n"));

  ExpectTheOwnerIsServed();
}

/// Whoever does not send the rest of a request kept a stopping engine until it was killed.
TEST_F(EngineDoorsTest, EndsBesideClientsThatDoNotSendTheRest) {
  StartWithPassword({});
  const SlowCrowd crowd(tcp(),
                        20,
                        SlowPost("X-ClickHouse-User: default\r\nX-ClickHouse-Key: " +
                                 std::string(kPassword) + "\r\n"));
  ExpectTheOwnerIsServed();
  const auto asked = SteadyNow();

  engine().Signal(SIGTERM);

  EXPECT_EQ(engine().WaitForEnd().exit_code, 0);
  EXPECT_LT(SteadyNow() - asked, std::chrono::seconds(10)) << "it is killed after twice as long";
}

TEST_F(EngineDoorsTest, SlowHeadsKeepNobodyOut) {
  StartWithPassword({});
  const SlowCrowd crowd(tcp(), 600, "POST /?query=SEL");

  ExpectTheOwnerIsServed();
  EXPECT_EQ(reader().Query("SELECT 1"), "1\n");
}

TEST_F(EngineDoorsTest, LongQueriesOfReadersDoNotStarveInserts) {
  StartWithPassword({"--engine-queries", "4"});
  std::vector<std::thread> readers;
  for (int i = 0; i < 12; ++i) {
    readers.emplace_back(
        [this] { reader().PostAndReceive("/", kSlow, [](std::string_view) { return true; }); });
  }
  EXPECT_TRUE(WaitUntil([&] { return CountRunning("30000000000") == "4\n"; }));

  const auto started = SteadyNow();
  for (int i = 0; i < 20; ++i) ExpectTheOwnerIsServed();
  RecordProperty("milliseconds",
                 static_cast<int>((SteadyNow() - started) / std::chrono::milliseconds(1)));

  engine().Signal(SIGTERM);
  for (auto& thread : readers) thread.join();
}

TEST_F(EngineDoorsTest, GivesReadersHalfOfTheMemory) {
  StartWithPassword({"--engine-memory", "1GB"});
  const auto limit = [&](const std::string& asked) {
    const auto target = asked.empty() ? "/" : Target({{"max_memory_usage", asked}});
    return reader().Post(target, "SELECT getSetting('max_memory_usage')").body;
  };

  EXPECT_EQ(limit(""), "134217728\n");
  EXPECT_EQ(limit("400000000"), "400000000\n");
  EXPECT_EQ(limit("900000000"), "536870912\n");
  EXPECT_EQ(limit("0"), "536870912\n");
}

TEST_F(EngineDoorsTest, IgnoresWhatWouldFloodTheLog) {
  StartWithPassword({});

  EXPECT_EQ(reader().Post(Target({{"send_logs_level", "trace"}}), "SELECT 1").body, "1\n");
  EXPECT_EQ(engine().Stderr().find("<Trace>"), std::string::npos);
  EXPECT_EQ(engine().Stderr().find("executeQuery"), std::string::npos);
}

TEST_F(EngineDoorsTest, RefusesALengthThatCanBeReadInTwoWays) {
  StartWithPassword({});
  for (const auto& door : {client(), tcp()}) {
    for (const std::string lengths : {"Content-Length: 8\r\nContent-Length: 60\r\n",
                                      "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n"}) {
      const std::string answer = door.Raw(
          "POST / HTTP/1.1\r\nHost: localhost\r\n" + lengths +
              "\r\n0\r\n\r\nSELECT 1POST / HTTP/1.1\r\nHost: localhost\r\n\r\n.............",
          HttpClient::AfterSending::kWait);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
      EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
    }
  }
}

TEST_F(EngineDoorsTest, IsNoPlaceForPagesOfOtherSites) {
  StartWithPassword({});
  for (const std::string header : {"Host: 127.evil.com",
                                   "Host: 127.0.0.1.evil.com",
                                   "Origin: http://127.0.0.1:3000",
                                   "Sec-Fetch-Site: same-site"}) {
    EXPECT_EQ(reader().With(header).Post("/", "SELECT 1").status, 403) << header;
  }
  for (const std::string headers :
       {"", "Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Site: none\r\n"}) {
    EXPECT_TRUE(
        reader()
            .Raw("GET /ping HTTP/1.1\r\n" + headers + "\r\n", HttpClient::AfterSending::kWait)
            .starts_with("HTTP/1.1 403"))
        << headers;
  }
}

}  // namespace
}  // namespace polyhouse::engine
