#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EngineMalformedTest : public EngineTest {
 protected:
  void TearDown() override { EXPECT_EQ(client().Query("SELECT 1"), "1\n") << engine().Stderr(); }

  std::string Raw(const std::string& bytes) const {
    return client().Raw(bytes, HttpClient::AfterSending::kHangUp);
  }
};

TEST_F(EngineMalformedTest, SurvivesBrokenHttp) {
  for (const std::string bytes :
       {"",
        "\r\n\r\n",
        "GET\r\n\r\n",
        "NONSENSE / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /?%%%=%zz&query=%4 HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\xfc"}) {
    Raw(bytes);
  }
}

TEST_F(EngineMalformedTest, TreatsBadPercentEncodingAsBadQuery) {
  EXPECT_EQ(client().Get("/?query=SELECT%zz1").status, 400);
}

TEST_F(EngineMalformedTest, RefusesNulBytesInQueries) {
  EXPECT_THAT(client().Post("/", std::string("SELECT 1\0", 9)), IsEngineError(400, 62));
  EXPECT_THAT(client().Get("/?query=SELECT%001"), IsEngineError(400, 62));
  EXPECT_EQ(client().Post("/", std::string("SELECT length('a\0b')", 20)).body, "3\n");
}

TEST_F(EngineMalformedTest, RefusesRequestLinesAndHeadersThatAreTooLong) {
  const std::string filler(600'000, 'x');

  EXPECT_THAT(Raw("GET /?query=" + filler + " HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 414"));
  EXPECT_THAT(Raw("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + filler + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
}

TEST_F(EngineMalformedTest, AcceptsLongUrls) {
  const std::string query = "SELECT length('" + std::string(200'000, 'x') + "')";

  EXPECT_EQ(client().Get(Target({{"query", query}})).body, "200000\n");
}

TEST_F(EngineMalformedTest, RefusesStatementsThatAreTooLong) {
  // ClickHouse's own limit, a setting; then ours, for what cannot even be looked at.
  EXPECT_THAT(client().Post("/", "SELECT '" + std::string(300'000, 'x') + "'"),
              IsEngineError(400, 62));
  EXPECT_THAT(client().Post("/", "SELECT '" + std::string(std::size_t{17} << 20, 'x') + "'"),
              IsEngineError(413, 229));
}

TEST_F(EngineMalformedTest, IgnoresHeadersThatCannotBeSentBack) {
  const auto answer = client().Post("/?query_id=a%0D%0AX-Evil:%201", "SELECT 1");

  EXPECT_EQ(answer.body, "1\n");
  EXPECT_EQ(answer.headers.count("x-evil"), 0);
}

TEST_F(EngineMalformedTest, ServesSeveralRequestsOnOneConnection) {
  const std::string request =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nSELECT 1"
      "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string answers = client().Raw(request, HttpClient::AfterSending::kWait);

  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answers, HasSubstr("1\n"));
  EXPECT_THAT(answers, HasSubstr("Ok.\n"));
}

TEST_F(EngineMalformedTest, LetsNothingFollowTheAnswerToAHead) {
  const std::string answer = client().Raw(
      "HEAD /?query=SELECT+number+FROM+numbers(300000) HTTP/1.1\r\nHost: localhost\r\n\r\n",
      HttpClient::AfterSending::kWait);

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  // libmicrohttpd sends the end mark of the body that it leaves out.
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

}  // namespace
}  // namespace polyhouse::engine
