#include <array>
#include <cstdlib>

#include "adapters/http/curl_http_client.h"
#include "support/programmable_server.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Then = ProgrammableServer::Then;

class CurlHttp : public testing::Test {
 protected:
  Result<HttpResponse> Get(const std::string& path = "/") {
    return client_->Send({.url = server_.url() + path}, {});
  }
  /// A client with other options.
  void Use(const CurlOptions& options) { client_ = MakeCurlHttpClient(options, clock_); }

  SystemClock clock_;
  ProgrammableServer server_;
  std::unique_ptr<HttpClient> client_ =
      MakeCurlHttpClient({.user_agent = "polyhouse/test"}, clock_);
};

TEST_F(CurlHttp, GetsAStatusAndABody) {
  server_.Answer(200, "hello");

  const auto response = Get("/markets?x=1");

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_THAT(server_.requests().at(0).head, testing::StartsWith("GET /markets?x=1 HTTP/1.1\r\n"));
}

TEST_F(CurlHttp, TellsTheTimeWhereAnAnswerComesFrom) {
  std::vector<Timestamp> dates;
  Use({.on_date = [&](Timestamp date) { dates.push_back(date); }});
  server_.Answer(200, "", {"Date: Sun, 06 Nov 1994 08:49:37 GMT"});
  server_.Answer(200, "");

  ASSERT_THAT(Get(), IsOk());
  ASSERT_THAT(Get(), IsOk());

  EXPECT_THAT(dates, testing::ElementsAre(Timestamp(std::chrono::seconds(784'111'777))));
}

TEST_F(CurlHttp, SaysWhoItIs) {
  server_.Answer(200, "");

  ASSERT_THAT(Get(), IsOk());

  EXPECT_THAT(server_.requests().at(0).head, HasSubstr("User-Agent: polyhouse/test\r\n"));
}

TEST_F(CurlHttp, SendsItsHeaders) {
  server_.Answer(200, "");

  ASSERT_THAT(client_->Send({.url = server_.url(), .headers = {"X-A: 1", "X-B: two"}}, {}), IsOk());

  EXPECT_THAT(server_.requests().at(0).head, HasSubstr("X-A: 1\r\nX-B: two\r\n"));
}

/// The environment with a proxy in it, for a while.
class ProxyInTheEnvironment {
 public:
  explicit ProxyInTheEnvironment(const std::string& url) {
    for (const char* const name : kNames) setenv(name, url.c_str(), 1);
  }
  ProxyInTheEnvironment(const ProxyInTheEnvironment&) = delete;
  ProxyInTheEnvironment& operator=(const ProxyInTheEnvironment&) = delete;
  ~ProxyInTheEnvironment() {
    for (const char* const name : kNames) unsetenv(name);
  }

 private:
  static constexpr std::array<const char*, 3> kNames = {"http_proxy", "https_proxy", "all_proxy"};
};

TEST_F(CurlHttp, SendsNothingForThisMachineThroughAProxy) {
  ProgrammableServer proxy;
  const ProxyInTheEnvironment environment(proxy.url());
  server_.Answer(200, "direct");

  const auto response =
      client_->Send({.url = server_.url(), .headers = {"X-ClickHouse-Key: secret"}}, {});

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "direct");
  EXPECT_TRUE(proxy.requests().empty());
}

/// The password of a database on this machine went to the proxy.
TEST_F(CurlHttp, SendsNothingForThisMachineThroughAProxyHoweverItIsSpelt) {
  ProgrammableServer proxy;
  const ProxyInTheEnvironment environment(proxy.url());
  const std::string port = server_.url().substr(server_.url().rfind(':'));
  for (const std::string host : {"127.1",
                                 "2130706433",
                                 "0x7f000001",
                                 "0177.0.0.1",
                                 "0",
                                 "0.0.0.0",
                                 "127.0.0.1.",
                                 "%31%32%37.0.0.1",
                                 "user:word@127.1",
                                 "[::]",
                                 "[::1]",
                                 "[::ffff:127.0.0.1]",
                                 "[::ffff:7f00:1]",
                                 "localhost.",
                                 "LocalHost",
                                 "db.localhost",
                                 "ip6-localhost"}) {
    // Not all of them lead to where the server listens.
    (void)client_->Send(
        {.url = "http://" + host + port + "/", .headers = {"X-ClickHouse-Key: secret"}}, {});
    EXPECT_TRUE(proxy.requests().empty()) << host;
  }
  (void)client_->Send({.url = "127.0.0.1" + port, .headers = {"X-ClickHouse-Key: secret"}}, {});
  EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(CurlHttp, UsesTheProxyForOtherMachines) {
  ProgrammableServer proxy;
  const ProxyInTheEnvironment environment(proxy.url());
  proxy.Answer(200, "by proxy");

  const auto response = client_->Send({.url = "http://127.evil.test/"}, {});

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "by proxy");
}

TEST_F(CurlHttp, UsesOneConnectionForManyRequests) {
  for (int i = 0; i < 3; ++i) {
    server_.Answer(200, "x");
    ASSERT_THAT(Get(), IsOk());
  }

  EXPECT_EQ(server_.requests().back().connection, 1);
}

TEST_F(CurlHttp, TakesAnyStatusForAnAnswer) {
  for (const int status : {204, 404, 414, 422, 429, 500, 503}) {
    const std::string body = status == 204 ? "" : "<html>no</html>";
    server_.Answer(status, body);

    const auto response = Get();

    ASSERT_THAT(response, IsOk()) << status;
    EXPECT_EQ(response->status, status);
    EXPECT_EQ(response->body, body);
  }
}

/// "hello" as gzip -n makes it.
constexpr char kHelloGzip[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00"
    "\x00\x00";

TEST_F(CurlHttp, AsksForCompressionAndUnpacksIt) {
  server_.Answer(200, std::string(kHelloGzip, sizeof(kHelloGzip) - 1), {"Content-Encoding: gzip"});

  const auto response = Get();

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "hello");
  EXPECT_THAT(server_.requests().at(0).head, testing::ContainsRegex("Accept-Encoding: .*gzip"));
}

TEST_F(CurlHttp, IsTransientWhenCompressedBytesAreDamaged) {
  std::string damaged(kHelloGzip, sizeof(kHelloGzip) - 1);
  damaged[12] = static_cast<char>(damaged[12] ^ 0x55);
  server_.Answer(200, damaged, {"Content-Encoding: gzip"});

  EXPECT_THAT(Get(), HasError(ErrorKind::kTransient));
}

TEST_F(CurlHttp, UnderstandsBothFormsOfRetryAfter) {
  server_.Answer(429, "", {"Retry-After: 17"});
  server_.Answer(503, "", {"retry-after:   Sun, 06 Nov 1994 08:49:37 GMT  "});
  server_.Answer(503, "", {"Retry-After: soon"});

  EXPECT_EQ(Get()->retry_after, milliseconds(17'000));
  EXPECT_EQ(Get()->retry_after, milliseconds(0));
  EXPECT_EQ(Get()->retry_after, std::nullopt);
}

TEST_F(CurlHttp, KeepsTheExceptionCodeOfClickHouse) {
  server_.Answer(404, "Code: 60.", {"X-ClickHouse-Exception-Code: 60"});

  EXPECT_EQ(Get()->exception_code, "60");
}

TEST_F(CurlHttp, ForgetsOneResponseBeforeTheNext) {
  server_.Answer(429, "long body", {"Retry-After: 17", "X-ClickHouse-Exception-Code: 60"});
  server_.Answer(200, "x");
  ASSERT_THAT(Get(), IsOk());

  const auto response = Get();

  EXPECT_EQ(response->body, "x");
  EXPECT_EQ(response->retry_after, std::nullopt);
  EXPECT_EQ(response->exception_code, "");
}

TEST_F(CurlHttp, IsTransientWhenTheBodyIsCutOff) {
  const std::string whole = ProgrammableServer::Response(200, std::string(100, 'x'));
  server_.Answer({whole.substr(0, whole.size() - 1), Then::kClose});

  EXPECT_THAT(Get(), HasError(ErrorKind::kTransient));
}

TEST_F(CurlHttp, IsTransientWhenAChunkedBodyIsCutOff) {
  server_.Answer(
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Then::kClose});

  EXPECT_THAT(Get(), HasError(ErrorKind::kTransient));
}

TEST_F(CurlHttp, IsTransientWhenTheConnectionIsReset) {
  for (const char* bytes :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"}) {
    server_.Answer({bytes, Then::kReset});
    // A dead connection that was kept alive is tried once more by curl; it finds the same.
    server_.Answer({bytes, Then::kReset});

    EXPECT_THAT(Get(), HasError(ErrorKind::kTransient)) << bytes;
    Use({});
  }
}

TEST_F(CurlHttp, IsTransientWhenTheAnswerIsNotHttp) {
  server_.Answer({"SSH-2.0-OpenSSH\r\n\r\n", Then::kClose});

  EXPECT_THAT(Get(), HasError(ErrorKind::kTransient));
}

TEST_F(CurlHttp, IsTransientWhenNobodyListens) {
  EXPECT_THAT(client_->Send({.url = "http://127.0.0.1:1/"}, {}), HasError(ErrorKind::kTransient));
}

TEST_F(CurlHttp, IsTransientWhenTheWholeExchangeTakesTooLong) {
  server_.Answer({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::kStall});
  const auto start = SteadyNow();

  EXPECT_THAT(client_->Send({.url = server_.url(), .timeout = milliseconds(200)}, {}),
              HasError(ErrorKind::kTransient));

  EXPECT_LT(SteadyNow() - start, std::chrono::seconds(10));
}

TEST_F(CurlHttp, IsTransientWhenTheAnswerFallsSilent) {
  Use({.stall_timeout = std::chrono::seconds(1)});
  server_.Answer({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::kStall});

  EXPECT_THAT(client_->Send({.url = server_.url(), .timeout = {}}, {}),
              HasError(ErrorKind::kTransient));
}

TEST_F(CurlHttp, WorksAgainAfterAFailure) {
  server_.Answer({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::kReset});
  server_.Answer(200, "hello");
  ASSERT_THAT(Get(), HasError(ErrorKind::kTransient));

  EXPECT_EQ(Get()->body, "hello");
}

TEST_F(CurlHttp, RefusesABodyThatIsTooLarge) {
  Use({.max_body_bytes = 1'000});
  server_.Answer(200, std::string(1'000, 'x'));
  server_.Answer(200, std::string(1'001, 'x'));

  EXPECT_THAT(Get(), IsOk());
  EXPECT_THAT(Get(), HasError(ErrorKind::kTransient, "larger than 1000 bytes"));
}

TEST_F(CurlHttp, AbortsARequestUnderWayWhenItIsStopped) {
  std::stop_source stop;
  server_.on_request = [&] { stop.request_stop(); };
  server_.Answer({"", Then::kStall});

  EXPECT_THAT(client_->Send({.url = server_.url(), .timeout = {}}, stop.get_token()),
              HasError(ErrorKind::kStopping));
}

TEST_F(CurlHttp, SendsNothingWhenItIsStoppedAlready) {
  std::stop_source stop;
  stop.request_stop();

  EXPECT_THAT(client_->Send({.url = server_.url()}, stop.get_token()),
              HasError(ErrorKind::kStopping));
  EXPECT_THAT(server_.requests(), testing::IsEmpty());
}

TEST_F(CurlHttp, IsAMatterForTheOperatorWhenTheUrlIsWrong) {
  for (const char* url : {"", "http://", "ftp://127.0.0.1/", "file:///etc/passwd", "http://a b/"}) {
    EXPECT_THAT(client_->Send({.url = url}, {}), HasError(ErrorKind::kConfig, "check the URL"))
        << url;
  }
}

TEST_F(CurlHttp, DoesNotFollowRedirects) {
  server_.Answer(302, "", {"Location: /elsewhere"});

  EXPECT_EQ(Get()->status, 302);
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(CurlHttp, PostsABodyInPieces) {
  server_.Answer(200, "");
  const std::string large(3U << 20U, 'x');
  const std::string_view pieces[] = {"a", "", large, std::string_view("\0z", 2)};

  ASSERT_THAT(client_->Send({.url = server_.url(), .body = pieces}, {}), IsOk());

  const auto request = server_.requests().at(0);
  EXPECT_THAT(request.head, testing::StartsWith("POST / "));
  EXPECT_TRUE(request.body == "a" + large + std::string("\0z", 2));
}

TEST_F(CurlHttp, PostsTheSameBodyAgainWhenAKeptConnectionTurnsOutToBeDead) {
  server_.Answer({ProgrammableServer::Response(200, ""), Then::kClose});
  server_.Answer(200, "");
  const std::string_view pieces[] = {"abc", "def"};
  ASSERT_THAT(Get(), IsOk());

  ASSERT_THAT(client_->Send({.url = server_.url(), .body = pieces}, {}), IsOk());

  EXPECT_EQ(server_.requests().back().body, "abcdef");
}

TEST_F(CurlHttp, HandsABodyOnPieceByPieceWhenAsked) {
  server_.Answer(200, std::string(1U << 20U, 'x'));
  std::size_t size = 0;
  HttpRequest request{.url = server_.url()};
  request.on_body = [&](std::string_view piece) {
    size += piece.size();
    return true;
  };

  const auto response = client_->Send(request, {});

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(size, 1U << 20U);
  EXPECT_EQ(response->body, "");
}

TEST_F(CurlHttp, KeepsTheBodyOfAnErrorForTheMessage) {
  server_.Answer(500, "Code: 241");
  HttpRequest request{.url = server_.url()};
  request.on_body = [](std::string_view) {
    ADD_FAILURE() << "an error is no data";
    return true;
  };

  EXPECT_EQ(client_->Send(request, {})->body, "Code: 241");
}

/// Sets a variable of the environment until it is destroyed.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { unsetenv(name_); }

 private:
  const char* name_;
};

TEST_F(CurlHttp, GoesThroughTheProxyOfTheEnvironment) {
  const ScopedVariable proxy("http_proxy", server_.url());
  server_.Answer(200, "by proxy");

  const auto response = client_->Send({.url = "http://polymarket.invalid/markets"}, {});

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "by proxy");
  EXPECT_THAT(server_.requests().at(0).head,
              testing::StartsWith("GET http://polymarket.invalid/markets "));
}

}  // namespace
}  // namespace polyhouse
