// What stands in every door over TCP, on real sockets.

#include <sys/socket.h>

#include <array>
#include <vector>

#include "doors/slow_clients.h"
#include "serve/status_pages.h"
#include "serve/web_server.h"
#include "support/child_process.h"
#include "support/connection.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

/// A client and our end of its connection.
struct Pair {
  Connection client;
  Connection ours;

  static Pair Make() {
    std::array<int, 2> ends{};
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data());
    return {Connection(ends[0]), Connection(ends[1])};
  }
};

constexpr ClientPatience kShort{.most_connections = 3,
                                .head = milliseconds(50),
                                .body = milliseconds(50),
                                .bytes_per_second = 10'000,
                                .silence = milliseconds(50)};
constexpr ClientPatience kLong{.most_connections = 3};

TEST(SlowClients, CutsAHeadThatDoesNotEnd) {
  const Pair pair = Pair::Make();
  SlowClients slow(kShort);
  slow.Opened(pair.ours.descriptor());

  EXPECT_TRUE(WaitUntil([&] { return pair.client.IsCut(); }));
}

TEST(SlowClients, CutsABodyThatDrips) {
  const Pair pair = Pair::Make();
  SlowClients slow(kShort);
  slow.Opened(pair.ours.descriptor());
  slow.AwaitBody(pair.ours.descriptor());

  // A byte earns a tenth of a millisecond, and each look takes longer.
  EXPECT_TRUE(WaitUntil([&] {
    slow.Took(pair.ours.descriptor(), 1);
    return pair.client.IsCut();
  }));
}

TEST(SlowClients, GivesALargeBodyMoreTimeAndWorkAllTheTime) {
  const Pair large = Pair::Make();
  const Pair working = Pair::Make();
  const Pair other = Pair::Make();
  SlowClients slow(kShort);
  slow.Opened(large.ours.descriptor());
  slow.Opened(working.ours.descriptor());
  slow.Took(large.ours.descriptor(), 1'000'000);
  slow.Work(working.ours.descriptor());
  slow.Opened(other.ours.descriptor());

  EXPECT_TRUE(WaitUntil([&] { return other.client.IsCut(); }));
  EXPECT_FALSE(large.client.IsCut());
  EXPECT_FALSE(working.client.IsCut());
}

TEST(SlowClients, MakesRoomByCuttingWhoKeptUsWaitingLongest) {
  std::vector<Pair> pairs;
  SlowClients slow(kLong);
  for (int i = 0; i < 4; ++i) {
    pairs.push_back(Pair::Make());
    slow.Opened(pairs.back().ours.descriptor());
    if (i == 0) slow.Work(pairs.back().ours.descriptor());
  }

  EXPECT_FALSE(pairs[0].client.IsCut());
  EXPECT_TRUE(pairs[1].client.IsCut());
  EXPECT_FALSE(pairs[2].client.IsCut());
  EXPECT_FALSE(pairs[3].client.IsCut());
}

class StatusDoor : public testing::Test {
 protected:
  void SetUp() override {
    auto server = WebServer::Start("127.0.0.1:0", WebServer::Clients::kThisMachine, pages_);
    ASSERT_THAT(server, IsOk());
    server_ = std::move(*server);
  }

  std::string Ask(const std::string& head) const {
    const auto connection = Connection::To(server_->port());
    connection.Send(head);
    return connection.ReceiveAll();
  }
  std::string Get(const std::string& path, const std::string& headers) const {
    return Ask("GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
  }

  StatusSample sample_{.text = "well\n"};
  StatusPages pages_{[this] { return sample_; }};
  std::unique_ptr<WebServer> server_;
};

TEST_F(StatusDoor, AnswersWhileHundredsOfSlowConnectionsAreOpen) {
  std::vector<Connection> slow;
  for (int i = 0; i < 600; ++i) {
    slow.push_back(Connection::To(server_->port()));
    slow.back().Send("GET /health HT");
    if (i % 100 == 99) {
      EXPECT_THAT(Get("/health", "Host: localhost\r\n"), StartsWith("HTTP/1.1 200")) << i;
    }
  }
}

TEST_F(StatusDoor, RefusesPagesOfOtherSites) {
  EXPECT_THAT(Get("/", "Host: localhost\r\n"), HasSubstr("well"));
  for (const std::string headers : {"Host: 127.evil.com\r\n",
                                    "Host: localhost\r\nHost: localhost\r\n",
                                    "Host: localhost:8000\r\nOrigin: http://localhost:3000\r\n",
                                    "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
                                    "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n"
                                    "Sec-Fetch-Site: none\r\n",
                                    "Host : evil.com\r\n",
                                    "Host: localhost\r\nOrigin : http://evil.com\r\n",
                                    "Host\t: localhost\r\n",
                                    ""}) {
    const std::string answer = Get("/", headers);
    EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 403"), StartsWith("HTTP/1.1 400")))
        << headers;
    EXPECT_THAT(answer, testing::Not(HasSubstr("well"))) << headers;
  }
}

/// The library cuts a value at a zero byte, and an evil name read as this machine's.
TEST_F(StatusDoor, RefusesAZeroByteInAHeader) {
  const std::string zero(1, '\0');
  for (const std::string end : {"\r\n", "\n"}) {
    for (const std::string rest : {"", "Accept: */*"}) {
      const std::string more = rest.empty() ? "" : rest + end;
      EXPECT_THAT(Get("/", "Host: 127.0.0.1" + zero + ".evil.com" + end + more),
                  StartsWith("HTTP/1.1 400"));
      EXPECT_THAT(Get("/", "Host: 127.0.0.1" + end + more), HasSubstr("well"));
      EXPECT_THAT(Get("/", more + "Host: 127.0.0.1 " + end), HasSubstr("well"));
    }
  }
}

TEST_F(StatusDoor, LetsARequestWithoutAHostInOnlyAsOldAsHttp10) {
  EXPECT_THAT(Ask("GET / HTTP/1.0\r\n\r\n"), HasSubstr("well"));
  EXPECT_THAT(Get("/", ""), StartsWith("HTTP/1.1 403"));
}

TEST_F(StatusDoor, RefusesALengthThatCanBeReadInTwoWays) {
  for (const std::string lengths : {"Content-Length: 2\r\nContent-Length: 40\r\n",
                                    "Content-Length: 40\r\nTransfer-Encoding: chunked\r\n",
                                    "Content-Length : 40\r\n"}) {
    const std::string answer =
        Ask("GET / HTTP/1.1\r\nHost: localhost\r\n" + lengths + "\r\n0\r\n\r\n" +
            "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n......................");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << lengths;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
  }
}

TEST_F(StatusDoor, TellsHealthFromReadiness) {
  sample_.unready = "999999 entries wait.";
  EXPECT_THAT(Get("/health", "Host: localhost\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Get("/readyz", "Host: localhost\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("999999 entries wait.")));
  sample_.unhealthy = "Nobody writes.";
  EXPECT_THAT(Get("/health", "Host: localhost\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Nobody writes.")));
}

}  // namespace
}  // namespace polyhouse
