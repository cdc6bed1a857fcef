#include "flow/fills/chain_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kExchange = "0xe111180000d2663c0091e4f400237545b87b996b";

/// A node whose answers are made by hand.
class ScriptedNode final : public HttpClient {
 public:
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token /*stop*/) override {
    ++requests;
    const std::string body(request.body->front());
    if (is_down) return TransientError("connection refused");
    if (body.find("eth_chainId") != std::string::npos) return Answer("\"0x89\"");
    if (body.find("eth_blockNumber") != std::string::npos) return Answer("\"0x1000\"");
    if (body.find("eth_getLogs") != std::string::npos) {
      if (is_without_logs) return TransientError("rate limited");
      has_been_asked_for_logs = true;
      return Answer(logs);
    }
    return Headers(body);
  }

  std::string logs = "[]";
  bool is_down = false;
  bool is_without_logs = false;
  bool has_been_asked_for_logs = false;
  bool has_blocks_at_once = true;  ///< Else from the first question for logs on.
  int requests = 0;

 private:
  static HttpResponse Answer(const std::string& result) {
    HttpResponse response;
    response.status = 200;
    response.body = AnswerTo('0', result);
    return response;
  }
  static std::string AnswerTo(char id, const std::string& result) {
    return std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"result":)" + result + "}";
  }
  /// Of every block that is asked for, alone or in a batch; all have the same hash.
  HttpResponse Headers(const std::string& body) const {
    std::string answers;
    for (auto at = body.find("\"id\":"); at != std::string::npos;
         at = body.find("\"id\":", at + 1)) {
      const auto number = body.find("\"0x", at);
      const std::string block = body.substr(number, body.find('"', number + 1) + 1 - number);
      const bool has_block = has_blocks_at_once || has_been_asked_for_logs;
      const std::string hash = ":\"0x" + std::string(64, 'a') + "\",";
      answers += (answers.empty() ? "" : ",") +
                 AnswerTo(body[at + 5],
                          has_block ? "{\"number\":" + block + ",\"hash\"" + hash +
                                          "\"parentHash\"" + hash + "\"timestamp\":\"0x1\"}"
                                    : "null");
    }
    HttpResponse response;
    response.status = 200;
    response.body = body.front() == '[' ? "[" + answers + "]" : answers;
    return response;
  }
};

std::string LogOf(std::string_view topic) {
  return R"({"address":")" + std::string(kExchange) + R"(","topics":[")" + std::string(topic) +
         R"("],"data":"0x","blockNumber":"0x10","logIndex":"0x1","transactionHash":"0xab"})";
}

OwnEndpoint EndpointOf(const std::shared_ptr<ScriptedNode>& node, const std::string& host) {
  OwnEndpoint own{.http = node};
  own.endpoint = std::make_unique<ChainEndpoint>(
      ChainEndpoint::Options{.url = "http://" + host, .exchanges = {{.address = kExchange}}},
      *node);
  return own;
}

TEST(ChainEndpoint, CountsTheTopicsThatNobodyKnows) {
  const auto node = std::make_shared<ScriptedNode>();
  const std::string unknown = "0x" + std::string(64, '7');
  node->logs = "[" + LogOf(kFilledV2Topic) + "," + LogOf(unknown) + "," + LogOf(unknown) + "," +
               LogOf("0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1") + "]";
  const OwnEndpoint own = EndpointOf(node, "node");

  const auto topics = ValueOf(own.endpoint->UnknownTopics({16, 16}, {}));

  EXPECT_THAT(topics, ElementsAre(Pair(unknown, 2)));
}

TEST(ChainSource, LetsANodeThatHasFailedRest) {
  const auto broken = std::make_shared<ScriptedNode>();
  const auto sound = std::make_shared<ScriptedNode>();
  broken->is_down = true;
  std::vector<OwnEndpoint> nodes;
  nodes.push_back(EndpointOf(broken, "broken"));
  nodes.push_back(EndpointOf(sound, "sound"));
  ChainSource chain(std::move(nodes));

  for (int i = 0; i < 5; ++i) EXPECT_EQ(ValueOf(chain.Head({})), 0x1000U);
  EXPECT_EQ(broken->requests, 1) << "it rests";

  sound->is_down = true;
  EXPECT_THAT(chain.Head({}).error().message, HasSubstr("broken"));
  EXPECT_EQ(broken->requests, 2) << "it may be the only one that helps";
}

/// A node that has lost its index of logs, while the other one is out of order.
TEST(ChainSource, BelievesNoNodeThatSaysTwiceThatThereIsNothing) {
  const auto empty = std::make_shared<ScriptedNode>();
  const auto other = std::make_shared<ScriptedNode>();
  other->is_without_logs = true;
  std::vector<OwnEndpoint> nodes;
  nodes.push_back(EndpointOf(empty, "empty"));
  nodes.push_back(EndpointOf(other, "other"));
  ChainSource chain(std::move(nodes));

  EXPECT_THAT(chain.Fetch({16, 17}, {}), HasError(ErrorKind::kTransient));

  other->is_without_logs = false;
  EXPECT_THAT(chain.Fetch({16, 17}, {}), IsOk());
}

/// It answers with the logs up to its head, and has the blocks when it is asked the next time.
TEST(ChainEndpoint, AsksForNoLogsBehindTheHeadOfANode) {
  const auto node = std::make_shared<ScriptedNode>();
  node->has_blocks_at_once = false;
  const OwnEndpoint own = EndpointOf(node, "node");

  const auto fetched = own.endpoint->Fetch({0xff0, 0xfff}, {});

  ASSERT_THAT(fetched, HasError(ErrorKind::kTransient));
  EXPECT_THAT(fetched.error().message, HasSubstr("has not got to block 4095 yet"));
}

}  // namespace
}  // namespace polyhouse
