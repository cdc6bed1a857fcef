#include "contract/table_sink_contract.h"
#include "support/programmable_server.h"

namespace polyhouse {
namespace {

INSTANTIATE_TEST_SUITE_P(
    ClickHouse,
    TableSinkContract,
    testing::Values(TableSinkWay{"unix",
                                 [](const LiveEngine& engine) {
                                   return ClickHouseOptions{.unix_socket = engine.socket()};
                                 }},
                    TableSinkWay{"tcp",
                                 [](const LiveEngine& engine) {
                                   return ClickHouseOptions{.endpoints = {{.url = engine.url()}}};
                                 }},
                    TableSinkWay{"tcp_zstd",
                                 [](const LiveEngine& engine) {
                                   return ClickHouseOptions{.endpoints = {{.url = engine.url()}},
                                                            .insert_encoding = BodyEncoding::kZstd};
                                 }}),
    [](const auto& technology) { return technology.param.name; });

TEST(ClickHouseClient, IsTransientWhileTheEngineIsDown) {
  SystemClock clock;
  const auto http = MakeCurlHttpClient({}, clock);
  LiveEngine engine;
  ClickHouseClient by_socket({.unix_socket = engine.socket(), .database = "x"}, *http);
  ClickHouseClient by_tcp({.endpoints = {{.url = engine.url()}}, .database = "x"}, *http);
  ASSERT_THAT(by_socket.Ping({}), IsOk());
  ASSERT_THAT(by_tcp.Ping({}), IsOk());

  engine.Kill();

  EXPECT_THAT(by_socket.Insert({.table = "markets"}, {}), HasError(ErrorKind::kTransient));
  EXPECT_THAT(by_tcp.Insert({.table = "markets"}, {}), HasError(ErrorKind::kTransient));
}

/// A client of a server that answers as a test says.
class ClickHouseClientAnswered : public testing::Test {
 protected:
  Status Insert(std::size_t rows = 2) {
    return client_.Insert({.table = "markets", .token = "token", .rows = rows}, {});
  }

  SystemClock clock_;
  std::unique_ptr<HttpClient> http_ = MakeCurlHttpClient({}, clock_);
  ProgrammableServer server_;
  ClickHouseClient client_{{.endpoints = {{.url = server_.url()}}, .database = "x"}, *http_};
};

constexpr const char* kException =
    "Code: 27. DB::Exception: Cannot parse input. (CANNOT_PARSE) (version 25.8.1.1)\n";
const std::string kMarkedException = "\r\n__exception__\r\nabcdefghijklmnop\r\n" +
                                     std::string(kException) +
                                     "\r\n79 abcdefghijklmnop\r\n__exception__\r\n";
const std::string kTag = "X-ClickHouse-Exception-Tag: abcdefghijklmnop";

TEST_F(ClickHouseClientAnswered, TakesNoInsertForStoredWhoseAnswerSaysAnything) {
  server_.Answer(200, kException);
  server_.Answer(200, kMarkedException, {kTag});
  server_.Answer(200, "<html><title>Just a moment</title></html>");
  server_.Answer(200, "Cannot parse");
  server_.Answer(200, "", {"X-ClickHouse-Exception-Code: 27"});
  server_.Answer(200, "");

  for (const char* words :
       {"Cannot parse", "Cannot parse", "Just a moment", "Cannot parse", "27"}) {
    EXPECT_THAT(Insert(), HasError(ErrorKind::kTransient, words));
  }
  EXPECT_THAT(Insert(), IsOk());
}

TEST_F(ClickHouseClientAnswered, TakesNoInsertForStoredOfWhichFewerRowsAreWritten) {
  const auto answer = [&](const std::string& written) {
    server_.Answer(200, "", {R"(X-ClickHouse-Summary: {"written_rows":")" + written + "\"}"});
  };
  answer("1");
  EXPECT_THAT(Insert(), HasError(ErrorKind::kTransient, "1 of 2 rows"));
  // With the rows of materialized views; a repeated batch.
  for (const char* written : {"2", "6", "0"}) {
    answer(written);
    EXPECT_THAT(Insert(), IsOk()) << written;
  }
}

TEST_F(ClickHouseClientAnswered, FindsAnExceptionBehindAResultAndKeepsItOutOfIt) {
  server_.Answer(200, "1\n2\n" + kMarkedException, {kTag});
  server_.Answer(200, std::string("1\n2\n") + kException);
  // As our engine does: the text, and the answer ends before its end.
  server_.Answer(
      {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "42\r\n1\n2\nCode: 241. DB::Exception: Memory (MEMORY_LIMIT_EXCEEDED)\nxxxxx\r\n",
       .then = ProgrammableServer::Then::kClose});
  for (const auto kind : {ErrorKind::kRejected, ErrorKind::kRejected, ErrorKind::kTransient}) {
    std::string result;

    const auto status = client_.Query("SELECT 1",
                                      {},
                                      [&](std::string_view piece) {
                                        result += piece;
                                        return true;
                                      },
                                      {});

    EXPECT_THAT(status, HasError(kind, "DB::Exception"));
    EXPECT_EQ(result, "1\n2\n");
  }
}

TEST_F(ClickHouseClientAnswered, BelievesNoSuccessOfAStatementWithAnExceptionOrAPage) {
  server_.Answer(200, "Code: 159. DB::Exception: Timeout. (version 25.8.1)\n");
  server_.Answer(200, "<!DOCTYPE html><p>maintenance</p>");
  server_.Answer(200, "<!DOCTYPE html><p>maintenance</p>");
  server_.Answer(200, "Ok.\n");

  EXPECT_THAT(client_.Execute("CREATE TABLE x", {}), HasError(ErrorKind::kTransient, "Timeout"));
  EXPECT_THAT(client_.FetchOutside("CREATE DATABASE x", {}),
              HasError(ErrorKind::kTransient, "maintenance"));
  EXPECT_THAT(client_.Ping({}), HasError(ErrorKind::kTransient, "maintenance"));
  EXPECT_THAT(client_.Execute("INSERT INTO x SELECT 1", {}),
              HasError(ErrorKind::kTransient, "Ok."));
}

TEST_F(ClickHouseClientAnswered, PassesAResultOnThatTellsOfExceptions) {
  const std::string row = "a dead letter\tCode: 6. DB::Exception: Cannot parse\n";
  server_.Answer(200, row);

  EXPECT_EQ(ValueOf(client_.Fetch("SELECT 1", {})), row);
}

}  // namespace
}  // namespace polyhouse
