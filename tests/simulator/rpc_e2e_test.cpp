#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chain_client.h"
#include "json_scan.h"

namespace polyhouse {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const std::string kCtfV2 = "0xE111180000d2663C0091e4f400237545B87B996B";

class RpcE2eTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulator_ = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--markets", "500", "--fills", "2000", "--rpc-fault", "9:lag=7"});
  }
  static void TearDownTestSuite() { simulator_.reset(); }

  /// An endpoint that behaves as the spec says.
  static ChainClient Endpoint(int number, const std::string& spec) {
    std::string escaped;
    for (const char c : spec) escaped += c == '=' ? "%3D" : std::string(1, c);
    const Reply reply =
        simulator_->Post("/simulator/rpc?endpoint=" + std::to_string(number) + "&spec=" + escaped);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return ChainClient(*simulator_, "/rpc/" + std::to_string(number));
  }
  static Reply Ask(const std::string& body, const std::string& path = "/rpc") {
    return simulator_->Post(path, body);
  }

  static std::unique_ptr<SimulatorProcess> simulator_;
  ChainClient chain_{*simulator_};
};

std::unique_ptr<SimulatorProcess> RpcE2eTest::simulator_;

TEST_F(RpcE2eTest, AnswersTheMethods) {
  EXPECT_EQ(chain_.Result("eth_chainId"), "\"0x89\"");
  EXPECT_EQ(chain_.Head(), kStartHead);
  const std::string block = chain_.Result("eth_getBlockByNumber", R"(["0x55d4a80",false])");
  EXPECT_EQ(chain_.Result("eth_getBlockByNumber", R"(["latest",false])"), block);
  EXPECT_EQ(FieldOf(block, "number"), "\"0x55d4a80\"");
  EXPECT_THAT(FieldOf(block, "hash"), SizeIs(68));
  EXPECT_THAT(FieldOf(block, "parentHash"), SizeIs(68));
  EXPECT_EQ(FromHex(Unquoted(FieldOf(block, "timestamp"))), 1793491200U);
  EXPECT_EQ(chain_.Result("eth_getBlockByNumber", R"(["0x55d4a81",false])"), "null");
  const std::string final = chain_.Result("eth_getBlockByNumber", R"(["finalized",false])");
  EXPECT_LT(FromHex(Unquoted(FieldOf(final, "number"))), kStartHead);
}

TEST_F(RpcE2eTest, TellsContractsFromWallets) {
  std::set<std::string> codes;
  std::size_t wallets = 0;
  for (const TruthRow& row : TruthOf(*simulator_)) {
    const std::string params = "[\"" + row.at("maker") + "\",\"latest\"]";
    const std::string code = chain_.Result("eth_getCode", params);
    codes.insert(code);
    const auto sent = FromHex(Unquoted(chain_.Result("eth_getTransactionCount", params)));
    if (code != "\"0x\"") {
      EXPECT_EQ(sent, 1U);
    }
    if (++wallets == 100) break;
  }
  EXPECT_THAT(codes, SizeIs(3)) << "no contract, and two sorts of them";
  EXPECT_NE(chain_.Result("eth_getCode", "[\"" + kCtfV2 + "\",\"latest\"]"), "\"0x\"");
}

TEST_F(RpcE2eTest, RefusesWhatItDoesNotKnow) {
  int code = 0;
  EXPECT_THAT(chain_.Error("eth_sendRawTransaction", "[]", &code), HasSubstr("does not exist"));
  EXPECT_EQ(code, -32601);
  EXPECT_THAT(chain_.Error("eth_getLogs", "[]", &code), HasSubstr("missing value"));
  EXPECT_EQ(code, -32602);
  for (const std::string filter : {R"([{"address":"0x12"}])",
                                   R"([{"topics":["0xd0a0"]}])",
                                   R"([{"fromBlock":"12"}])",
                                   R"([{"blockHash":"0x1","fromBlock":"0x1"}])"}) {
    EXPECT_THAT(chain_.Error("eth_getLogs", filter, &code), Not("")) << filter;
    EXPECT_EQ(code, -32602) << filter;
  }
  EXPECT_EQ(chain_.Error("eth_getLogs", R"([{"fromBlock":"0x9","toBlock":"0x8"}])"),
            "invalid block range params");
  EXPECT_THAT(Ask("{").body, HasSubstr("-32700"));
  EXPECT_THAT(Ask("[]").body, HasSubstr("-32600"));
  EXPECT_THAT(Ask("{}").body, HasSubstr("-32600"));
  EXPECT_EQ(simulator_->Get("/rpc").status, 405);
  EXPECT_EQ(Ask("{}", "/rpc/0").status, 404);
  EXPECT_EQ(Ask("{}", "/rpc/10").status, 404);
}

TEST_F(RpcE2eTest, AnswersBatchesInAnyOrder) {
  std::string batch = "[";
  for (int i = 0; i < 20; ++i) {
    batch += R"({"jsonrpc":"2.0","id":)" + std::to_string(i) +
             R"(,"method":"eth_getBlockByNumber","params":[")" +
             ToHex(kStartHead - static_cast<std::uint64_t>(i)) + R"(",false]},)";
  }
  batch += R"({"jsonrpc":"2.0","id":"last","method":"eth_nothing"}])";
  const std::string answer = Ask(batch).body;
  const auto answers = ElementsOf(answer);
  ASSERT_THAT(answers, SizeIs(21));
  std::set<std::string> ids;
  bool is_shuffled = false;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string id(FindField(answers[i], "id").value_or(""));
    ids.insert(id);
    is_shuffled = is_shuffled || id != std::to_string(i);
    if (id == "\"last\"") {
      EXPECT_TRUE(FindField(answers[i], "error"));
    } else {
      const std::string block(FindField(answers[i], "result").value_or(""));
      EXPECT_EQ(FromHex(Unquoted(FieldOf(block, "number"))), kStartHead - std::stoul(id));
    }
  }
  EXPECT_THAT(ids, SizeIs(21));
  EXPECT_TRUE(is_shuffled);
}

TEST_F(RpcE2eTest, FiltersByAddressTopicAndBlock) {
  const auto all = chain_.AllLogs();
  const std::string topic = all[all.size() / 2].topics[0];
  const std::string maker = all[all.size() / 2].topics[2];
  const auto count = [&](auto matches) { return std::ranges::count_if(all, matches); };

  const auto of_v2 = chain_.Logs(0, kStartHead, "\"address\":\"" + kCtfV2 + "\"");
  EXPECT_THAT(of_v2, SizeIs(count([](const SentLog& log) {
                return log.address == "0xe111180000d2663c0091e4f400237545b87b996b";
              })));
  EXPECT_THAT(of_v2, Not(IsEmpty()));
  EXPECT_THAT(chain_.Logs(0, kStartHead, R"("topics":[null,null,[")" + maker + R"("]])"),
              SizeIs(count([&](const SentLog& log) {
                return log.topics.size() > 2 && log.topics[2] == maker;
              })));
  EXPECT_THAT(chain_.Logs(0,
                          kStartHead,
                          "\"address\":[\"" + kCtfV2 + R"("],"topics":[[")" + topic + "\",\"" +
                              maker + R"("],[]])"),
              Each(testing::Field(&SentLog::topics, testing::Contains(topic))));
  EXPECT_THAT(chain_.Logs(0, kStartHead, R"("topics":[])"), SizeIs(all.size()));
  const std::uint64_t block = all.front().block;
  EXPECT_THAT(chain_.Logs(block, block),
              SizeIs(count([&](const SentLog& log) { return log.block == block; })));
  const std::string of_hash =
      chain_.Result("eth_getLogs", R"([{"blockHash":")" + all.front().block_hash + "\"}]");
  EXPECT_EQ(of_hash, chain_.Result("eth_getLogs", LogParams(block, block)));
}

TEST_F(RpcE2eTest, HasNothingBeyondTheHead) {
  EXPECT_THAT(chain_.Logs(kStartHead + 1, kStartHead + 9), IsEmpty());
  EXPECT_EQ(chain_.Result("eth_getLogs", R"([{"fromBlock":"0x55d4a99"}])"), "[]");
  EXPECT_EQ(chain_.Ask("eth_getLogs", R"([{"fromBlock":"0x55d4a00","toBlock":"latest"}])"),
            chain_.Ask("eth_getLogs", LogParams(0x55d4a00, kStartHead + 999)));
}

TEST_F(RpcE2eTest, TellsTheTimeOfBlocksInLogsUnlessToldNotTo) {
  for (const SentLog& log : chain_.AllLogs()) {
    EXPECT_EQ(log.time, 1793491200U - 2 * (kStartHead - log.block));
  }
  for (const SentLog& log : Endpoint(1, "timestamp=off").AllLogs()) EXPECT_EQ(log.time, 0U);
  const SimulatorProcess silent({"--markets", "100", "--fills", "50", "--block-timestamp", "off"});
  for (const SentLog& log : ChainClient(silent).AllLogs()) EXPECT_EQ(log.time, 0U);
}

TEST_F(RpcE2eTest, LagsFallsBackAndLies) {
  EXPECT_EQ(ChainClient(*simulator_, "/rpc/9").Head(), kStartHead - 7);
  const ChainClient late = Endpoint(1, "lag=50");
  EXPECT_EQ(late.Head(), kStartHead - 50);
  EXPECT_THAT(late.Logs(kStartHead - 49, kStartHead), IsEmpty());
  EXPECT_THAT(chain_.Logs(kStartHead - 49, kStartHead), Not(IsEmpty()));
  EXPECT_EQ(late.Result("eth_getBlockByNumber", R"(["0x55d4a80",false])"), "null");

  std::multiset<std::uint64_t> heads;
  const ChainClient unsteady = Endpoint(2, "back=3");
  for (int i = 0; i < 10; ++i) heads.insert(unsteady.Head());
  EXPECT_EQ(heads.count(kStartHead), 8U);
  EXPECT_EQ(heads.count(kStartHead - 3), 2U);

  const ChainClient liar = Endpoint(3, "lie=4");
  EXPECT_EQ(liar.Head(), kStartHead + 4);
  EXPECT_THAT(liar.Logs(kStartHead + 1, kStartHead + 4), IsEmpty());
}

TEST_F(RpcE2eTest, LimitsRangesAndResults) {
  const ChainClient narrow = Endpoint(1, "range=10");
  std::set<std::string> wordings;
  for (int i = 0; i < 7; ++i) {
    wordings.insert(narrow.Error("eth_getLogs", LogParams(kStartHead - 10, kStartHead)));
  }
  EXPECT_THAT(wordings, SizeIs(6));
  EXPECT_TRUE(wordings.contains("query exceeds max block range 10"));
  EXPECT_EQ(narrow.Error("eth_getLogs", LogParams(kStartHead - 9, kStartHead)), "");
  int code = 0;
  EXPECT_EQ(Endpoint(2, "range=10000,wording=2").Error("eth_getLogs", LogParams(0, 10000), &code),
            "eth_getLogs is limited to a 10,000 range");
  EXPECT_EQ(code, -32602);
  EXPECT_EQ(
      Endpoint(3, "results=20,wording=0").Error("eth_getLogs", LogParams(0, kStartHead), &code),
      "query returned more than 20 results");
  EXPECT_EQ(code, -32005);
  EXPECT_EQ(simulator_
                ->Post("/rpc/3",
                       R"({"id":1,"method":"eth_getLogs","params":)" +
                           LogParams(kStartHead, kStartHead) + "}")
                .status,
            200);
  Endpoint(4, "size=5000");
  const std::string all =
      R"({"id":1,"method":"eth_getLogs","params":)" + LogParams(0, kStartHead) + "}";
  EXPECT_EQ(Ask(all, "/rpc/4").status, 413);
  EXPECT_EQ(Ask(all, "/rpc/5").status, 200);
}

TEST_F(RpcE2eTest, ForgetsHistoryAndTakesOtherChains) {
  const ChainClient pruned = Endpoint(1, "pruned=89999990,wording=0");
  int code = 0;
  EXPECT_THAT(pruned.Error("eth_getLogs", LogParams(89'999'989, 89'999'999), &code),
              HasSubstr("pruned"));
  EXPECT_EQ(code, -32701);
  EXPECT_EQ(pruned.Error("eth_getLogs", LogParams(89'999'990, 89'999'999)), "");
  EXPECT_EQ(Endpoint(2, "chain=1").Result("eth_chainId"), "\"0x1\"");
  Endpoint(3, "batch=off");
  EXPECT_THAT(Ask(R"([{"id":1,"method":"eth_chainId"}])", "/rpc/3").body,
              StartsWith(R"({"jsonrpc":"2.0","id":null,"error":)"));
}

TEST_F(RpcE2eTest, LeavesLogsOut) {
  const auto all = chain_.AllLogs();
  const ChainClient liar = Endpoint(1, "drop=0.2");
  const auto some = liar.AllLogs();
  EXPECT_LT(some.size(), all.size() * 9 / 10);
  EXPECT_GT(some.size(), all.size() * 7 / 10);
  EXPECT_THAT(liar.AllLogs(), SizeIs(some.size())) << "it tells the same lie again";
  EXPECT_THAT(Endpoint(2, "empty=1").AllLogs(), IsEmpty());
  EXPECT_EQ(Endpoint(2, "empty=1").Head(), kStartHead);
}

TEST_F(RpcE2eTest, FailsAsTheOtherRoutesDo) {
  const std::string head = R"({"jsonrpc":"2.0","id":5,"method":"eth_blockNumber"})";
  Endpoint(1, "429ra=1");
  EXPECT_EQ(Ask(head, "/rpc/1").status, 429);
  EXPECT_EQ(Ask(head, "/rpc/1").headers.at("retry-after"), "1");
  Endpoint(1, "503=1");
  EXPECT_EQ(Ask(head, "/rpc/1").status, 503);
  Endpoint(1, "html=1");
  EXPECT_THAT(Ask(head, "/rpc/1").body, StartsWith("<!DOCTYPE html>"));
  Endpoint(1, "reset=1");
  EXPECT_NE(Ask(head, "/rpc/1").curl_code, CURLE_OK);
  Endpoint(1, "truncate=1");
  EXPECT_EQ(Ask(head, "/rpc/1").curl_code, CURLE_PARTIAL_FILE);
  Endpoint(1, "error200=1");
  EXPECT_EQ(Ask(head, "/rpc/1").body,
            R"({"jsonrpc":"2.0","id":5,"error":{"code":-32000,"message":"header not found"}})");
  EXPECT_EQ(Ask(head, "/rpc/1").status, 200);
  Endpoint(1, "");
  EXPECT_EQ(Ask(head, "/rpc/1").body, R"({"jsonrpc":"2.0","id":5,"result":"0x55d4a80"})");
}

TEST_F(RpcE2eTest, CountsCallsAndRequests) {
  simulator_->Post("/simulator/stats/reset");
  chain_.Head();
  Ask(R"([{"id":1,"method":"eth_chainId"},{"id":2,"method":"eth_chainId"}])", "/rpc/7");
  const std::string stats = simulator_->Get("/simulator/stats").body;
  EXPECT_EQ(FieldOf(stats, "calls"), R"({"eth_blockNumber":1,"eth_chainId":2})");
  EXPECT_EQ(FieldOf(stats, "requests"), R"({"/rpc":{"200":1},"/rpc/7":{"200":1}})");
}

TEST_F(RpcE2eTest, NamesWhatAnEndpointCanDo) {
  for (const std::string spec :
       {"lag%3Dx", "bogus%3D1", "drop%3D2", "429", "stuck%3D1", "batch%3D1"}) {
    const Reply reply = simulator_->Post("/simulator/rpc?endpoint=1&spec=" + spec);
    EXPECT_EQ(reply.status, 422) << spec;
  }
  EXPECT_THAT(simulator_->Post("/simulator/rpc?endpoint=1&spec=bogus%3D1").body,
              HasSubstr("pruned=BLOCK"));
  EXPECT_EQ(simulator_->Post("/simulator/rpc?endpoint=10&spec=").status, 422);
}

}  // namespace
}  // namespace polyhouse
