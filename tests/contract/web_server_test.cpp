// The server of the page, on real sockets.

#include "serve/web_server.h"

#include <sys/resource.h>

#include <atomic>

#include "serve/byte_pipe.h"
#include "serve/live_feed.h"
#include "support/child_process.h"
#include "support/connection.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers by functions that a test gives.
class Handler final : public WebHandler {
 public:
  std::function<WebDecision(WebRequest)> decide = [](WebRequest request) {
    return WebAnswer{.body = request.method + " " + request.path + "\n"};
  };
  WebDecision Decide(WebRequest request) override { return decide(std::move(request)); }
};

class WebDoor : public testing::Test {
 protected:
  void SetUp() override {
    auto server = WebServer::Start("127.0.0.1:0", WebServer::Clients::kThisMachine, handler_);
    ASSERT_THAT(server, IsOk());
    server_ = std::move(*server);
  }

  Connection Open(const std::string& head) const {
    auto connection = Connection::To(server_->port());
    connection.Send(head + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return connection;
  }
  std::string Get(const std::string& path, const std::string& headers = "") const {
    return Open("GET " + path + " HTTP/1.1" + headers).ReceiveAll();
  }

  Handler handler_;
  std::unique_ptr<WebServer> server_;
};

TEST_F(WebDoor, TakesARequestApart) {
  handler_.decide = [](const WebRequest& request) {
    return WebAnswer{.body = request.path + "|" + std::string(request.Param("q")) + "|" +
                             request.session + "|" + request.token + "|" + request.client + "\n"};
  };

  EXPECT_THAT(Get("/api/a%20b?q=1&q=x%26y", "\r\nCookie: a=1; polyhouse_session=s; b=2"),
              HasSubstr("/api/a b|x&y|s||127.0.0.1"));
  EXPECT_THAT(Get("/x", "\r\nAuthorization: Bearer t-1"), HasSubstr("/x|||t-1|"));
  // "me:t-2"
  EXPECT_THAT(Get("/x", "\r\nAuthorization: Basic bWU6dC0y"), HasSubstr("/x|||t-2|"));
}

TEST_F(WebDoor, ForbidsTheBrowserWhatThePageDoesNotNeedInEveryAnswer) {
  handler_.decide = [](const WebRequest& request) {
    return WebAnswer{.status = request.path == "/gone" ? 404U : 200U};
  };
  for (const std::string path : {"/", "/gone", "/api/x"}) {
    EXPECT_THAT(Get(path),
                AllOf(HasSubstr("default-src 'none'"),
                      HasSubstr("trusted-types 'none'"),
                      HasSubstr("frame-ancestors 'none'"),
                      HasSubstr("X-Content-Type-Options: nosniff"),
                      HasSubstr("Referrer-Policy: no-referrer"),
                      Not(HasSubstr("Access-Control-"))))
        << path;
  }
  EXPECT_THAT(Get("/", "\r\nOrigin: http://evil.com"),
              AllOf(StartsWith("HTTP/1.1 403"), HasSubstr("default-src 'none'")));
}

TEST_F(WebDoor, LetsALinkOfAnotherSiteOpenAPageAndNothingElse) {
  const std::string link =
      "\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document";
  EXPECT_THAT(Get("/market/1", link), StartsWith("HTTP/1.1 200"));
  for (const std::string path : {"/api/now", "/status", "/metrics", "/api/live"}) {
    EXPECT_THAT(Get(path, link), StartsWith("HTTP/1.1 403")) << path;
  }
  // Not in a frame, not as a picture, not by a script, not with an Origin.
  EXPECT_THAT(Get("/",
                  "\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                  "Sec-Fetch-Dest: iframe"),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Get("/",
                  "\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"
                  "Sec-Fetch-Dest: image"),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Get("/market/1", link + "\r\nOrigin: http://evil.com"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Open("POST /login HTTP/1.1\r\nContent-Length: 0" + link).ReceiveAll(),
              StartsWith("HTTP/1.1 403"));
}

TEST_F(WebDoor, TakesABodyOfAMebibyteAndNoMore) {
  const auto post = [&](std::size_t size) {
    auto connection = Open("POST /x HTTP/1.1\r\nContent-Length: " + std::to_string(size));
    if (size <= std::size_t{1} << 20U) connection.Send(std::string(size, 'a'));
    return connection.ReceiveAll();
  };
  EXPECT_THAT(post(std::size_t{1} << 20U), StartsWith("HTTP/1.1 200"));
  // It is told before it is sent.
  EXPECT_THAT(post((std::size_t{1} << 20U) + 1), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(post(100'000'000'000), StartsWith("HTTP/1.1 413"));
}

TEST_F(WebDoor, AnswersOthersWhileAllThreadsOfLongWorkAreBusy) {
  std::atomic<bool> is_over = false;
  std::atomic<int> begun = 0;
  handler_.decide = [&](const WebRequest& request) -> WebDecision {
    if (request.path != "/long") return WebAnswer{.body = "quick\n"};
    return WebWork{WebWork::Kind::kLong, [&](const std::stop_token&, const Respond& respond) {
                     ++begun;
                     is_over.wait(false);
                     respond({.body = "long\n"});
                   }};
  };
  std::vector<Connection> long_ones;
  for (int i = 0; i < 3; ++i) long_ones.push_back(Open("GET /long HTTP/1.1"));
  ASSERT_TRUE(WaitUntil([&] { return begun == 2; }));

  EXPECT_THAT(Get("/"), HasSubstr("quick"));
  // Two are at work; the third is told while they are.
  std::size_t told = 0;
  ASSERT_TRUE(WaitUntil([&] {
    for (told = 0; told < long_ones.size(); ++told) {
      char byte = 0;
      const int descriptor = long_ones[told].descriptor();
      if (recv(descriptor, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 1) return true;
    }
    return false;
  }));
  EXPECT_THAT(long_ones[told].ReceiveAll(), StartsWith("HTTP/1.1 429"));
  EXPECT_EQ(begun, 2);
  is_over = true;
  is_over.notify_all();
  for (std::size_t i = 0; i < long_ones.size(); ++i) {
    if (i != told) {
      EXPECT_THAT(long_ones[i].ReceiveAll(), HasSubstr("long\n"));
    }
  }
}

TEST_F(WebDoor, EndsTheWorkOfAClientThatHasLeft) {
  std::atomic<bool> begun = false;
  std::atomic<bool> stopped = false;
  handler_.decide = [&](const WebRequest&) -> WebDecision {
    return WebWork{WebWork::Kind::kPage, [&](const std::stop_token& stop, const Respond&) {
                     begun = true;
                     stopped = WaitUntil([&] { return stop.stop_requested(); });
                   }};
  };
  {
    const auto client = Open("GET /x HTTP/1.1");
    ASSERT_TRUE(WaitUntil([&] { return begun.load(); }));
  }
  EXPECT_TRUE(WaitUntil([&] { return stopped.load(); }));
}

TEST_F(WebDoor, StreamsABodyAsItComesAndTellsTheWriterWhenTheReaderLeaves) {
  std::atomic<bool> has_left = false;
  std::atomic<std::size_t> written = 0;
  handler_.decide = [&](const WebRequest& request) -> WebDecision {
    const bool is_endless = request.path == "/endless";
    return WebWork{WebWork::Kind::kLong,
                   [&, is_endless](const std::stop_token&, const Respond& respond) {
                     const auto pipe = std::make_shared<BytePipe>();
                     WebAnswer answer;
                     answer.source = pipe;
                     respond(std::move(answer));
                     const std::string piece(100'000, '~');
                     for (int i = 0; is_endless || i < 30; ++i) {
                       if (!pipe->Write(piece)) {
                         has_left = true;
                         return;
                       }
                       written += piece.size();
                     }
                     pipe->End();
                   }};
  };
  const std::string whole = Get("/whole");
  EXPECT_EQ(static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '~')), 3'000'000U);
  written = 0;
  {
    const auto client = Open("GET /endless HTTP/1.1");
    ASSERT_TRUE(WaitUntil([&] { return written > 1'000'000; }));
    // Nobody reads: the writer waits with what fits into the pipe and the sockets.
    EXPECT_LT(written, 30'000'000U);
  }
  EXPECT_TRUE(WaitUntil([&] { return has_left.load(); }));
}

TEST_F(WebDoor, SaysThatAStreamIsBroken) {
  handler_.decide = [](const WebRequest&) -> WebDecision {
    return WebWork{WebWork::Kind::kLong, [](const std::stop_token&, const Respond& respond) {
                     const auto pipe = std::make_shared<BytePipe>();
                     WebAnswer answer;
                     answer.source = pipe;
                     respond(std::move(answer));
                     pipe->Write("half");
                     pipe->Break();
                   }};
  };
  // A whole one ends with a piece of no bytes.
  EXPECT_THAT(Get("/x"), AllOf(HasSubstr("half"), Not(HasSubstr("\r\n0\r\n\r\n"))));
}

TEST_F(WebDoor, SendsEachListenerTheNewestOfItsTopics) {
  LiveFeed feed;
  handler_.decide = [&](const WebRequest& request) {
    WebAnswer answer;
    answer.source = feed.Listen({std::string(request.Param("topic"))},
                                std::make_shared<const std::string>("hello\n"));
    return answer;
  };
  const auto one = Open("GET /live?topic=now HTTP/1.1");
  const auto other = Open("GET /live?topic=trades HTTP/1.1");
  ASSERT_TRUE(WaitUntil([&] { return feed.listeners() == 2; }));
  EXPECT_THAT(feed.Topics(), testing::ElementsAre("now", "trades"));

  feed.Send("now", MakeLiveMessage("now", "b:1", "{}"));
  feed.Send("nobody", MakeLiveMessage("nobody", "b:2", "{}"));
  feed.End(MakeLiveMessage("bye", "b:3", "{}"));

  EXPECT_THAT(one.ReceiveAll(),
              AllOf(HasSubstr("hello\n"),
                    HasSubstr("event: now\nid: b:1\ndata: {}\n\n"),
                    HasSubstr("event: bye")));
  EXPECT_THAT(other.ReceiveAll(), AllOf(HasSubstr("hello\n"), Not(HasSubstr("b:1"))));
  EXPECT_TRUE(WaitUntil([&] { return feed.listeners() == 0; }));
}

TEST_F(WebDoor, ForgetsAListenerThatHasLeft) {
  LiveFeed feed;
  handler_.decide = [&](const WebRequest&) {
    WebAnswer answer;
    answer.source = feed.Listen({"now"}, std::make_shared<const std::string>("hello\n"));
    return answer;
  };
  {
    const auto client = Open("GET /live HTTP/1.1");
    ASSERT_TRUE(WaitUntil([&] { return feed.listeners() == 1; }));
  }
  EXPECT_TRUE(WaitUntil([&] { return feed.listeners() == 0; }));
}

TEST_F(WebDoor, EndsTheStreamOfAClientThatLeavesBeforeItBegins) {
  std::atomic<bool> begun = false;
  std::atomic<bool> may_answer = false;
  std::atomic<bool> has_ended = false;
  handler_.decide = [&](const WebRequest&) -> WebDecision {
    return WebWork{WebWork::Kind::kLong, [&](const std::stop_token&, const Respond& respond) {
                     begun = true;
                     may_answer.wait(false);
                     const auto pipe = std::make_shared<BytePipe>();
                     WebAnswer answer;
                     answer.source = pipe;
                     respond(std::move(answer));
                     while (pipe->Write(std::string(100'000, 'x'))) {
                     }
                     has_ended = true;
                   }};
  };
  {
    const auto client = Open("GET /x HTTP/1.1");
    ASSERT_TRUE(WaitUntil([&] { return begun.load(); }));
    const linger now{1, 0};  // A reset, not an end.
    setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  may_answer = true;
  may_answer.notify_all();
  EXPECT_TRUE(WaitUntil([&] { return has_ended.load(); }));
}

TEST_F(WebDoor, KeepsNoNewsOfWhatNobodyListensTo) {
  LiveFeed feed;
  {
    const auto listening = feed.Listen({"market:1"}, std::make_shared<const std::string>("h\n"));
    feed.Send("market:1", MakeLiveMessage("market", "b:1", "{}"));
  }
  const auto later = feed.Listen({"market:1"}, std::make_shared<const std::string>("hello\n"));
  std::array<char, 100> buffer{};
  const auto first = later->Read(buffer.data(), buffer.size(), [] {});
  EXPECT_EQ(std::string_view(buffer.data(), first.size), "hello\n");
  EXPECT_EQ(later->Read(buffer.data(), buffer.size(), [] {}).state, BodySource::State::kNothingYet);
}

TEST_F(WebDoor, EndsWhileClientsListenStreamAndWait) {
  LiveFeed feed;
  std::atomic<int> begun = 0;
  handler_.decide = [&](const WebRequest& request) -> WebDecision {
    if (request.path == "/live") {
      WebAnswer answer;
      answer.source = feed.Listen({"now"}, std::make_shared<const std::string>("hello\n"));
      return answer;
    }
    return WebWork{WebWork::Kind::kLong, [&](const std::stop_token& stop, const Respond& respond) {
                     ++begun;
                     const auto pipe = std::make_shared<BytePipe>();
                     WebAnswer answer;
                     answer.source = pipe;
                     if (begun == 1) respond(std::move(answer));
                     EXPECT_TRUE(WaitUntil([&] { return stop.stop_requested(); }));
                     pipe->Break();
                   }};
  };
  std::vector<Connection> clients;
  clients.push_back(Open("GET /live HTTP/1.1"));
  for (int i = 0; i < 4; ++i) clients.push_back(Open("GET /long HTTP/1.1"));
  ASSERT_TRUE(WaitUntil([&] { return begun == 2 && feed.listeners() == 1; }));

  server_.reset();

  for (const Connection& each : clients) each.ReceiveAll();
}

TEST_F(WebDoor, LetsAThousandClientsInAndCutsTheSlowestForMore) {
  constexpr std::size_t kMost = 1'024;
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GT(files.rlim_max, 3 * kMost);
  files.rlim_cur = std::max<rlim_t>(files.rlim_cur, 3 * kMost);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  // All that say half of what they want, as those who would shut others out do.
  std::vector<Connection> slow;
  for (std::size_t i = 0; i < kMost; ++i) {
    slow.push_back(Connection::To(server_->port()));
    slow.back().Send("GET /slow HTTP/1.1\r\n");
  }

  for (int i = 0; i < 3; ++i) EXPECT_THAT(Get("/quick"), HasSubstr("GET /quick"));

  slow.front().ReceiveAll();  // Ends only when the server has closed it.
  slow.back().Send("Host: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(slow.back().ReceiveAll(), HasSubstr("GET /slow"));
}

TEST_F(WebDoor, LetsOneAddressHaveAQuarterOfItWhereOthersCanConnect) {
  constexpr std::size_t kMostOfOne = 256;
  auto server = WebServer::Start("0.0.0.0:0", WebServer::Clients::kAnybody, handler_);
  ASSERT_THAT(server, IsOk());
  server_ = std::move(*server);
  std::vector<Connection> held;
  for (std::size_t i = 0; i < kMostOfOne; ++i) {
    held.push_back(Connection::To(server_->port()));
    held.back().Send("GET /held HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  }

  EXPECT_EQ(Connection::To(server_->port()).ReceiveAll(), "");

  held.back().Send("Connection: close\r\n\r\n");
  EXPECT_THAT(held.back().ReceiveAll(), HasSubstr("GET /held"));
  EXPECT_TRUE(WaitUntil([&] {
    auto next = Connection::To(server_->port());
    next.Send("GET /next HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    return next.ReceiveAll().find("GET /next") != std::string::npos;
  })) << "The place of one that has left is free.";
}

TEST_F(WebDoor, LetsOthersInOnlyWhereTheHandlerCanStandThem) {
  const auto refused = WebServer::Start("0.0.0.0:0", WebServer::Clients::kThisMachine, handler_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConfig);
  EXPECT_THAT(refused.error().message, HasSubstr("POLYHOUSE_LISTEN_TOKEN"));
  EXPECT_THAT(WebServer::Start("0.0.0.0:0", WebServer::Clients::kAnybody, handler_), IsOk());
}

}  // namespace
}  // namespace polyhouse
