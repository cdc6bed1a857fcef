#include "contract/table_sink_contract.h"

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

}  // namespace
}  // namespace polyhouse
