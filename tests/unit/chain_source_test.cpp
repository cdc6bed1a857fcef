#include "flow/fills/chain_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "domain/action_contract.h"
#include "support/child_process.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kConditionalTokens = "0x4d97dcd97ec945f40cf65f87097ace5ea0476045";
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
      return Answer(body.find(kTransferSingleTopic) == std::string::npos ? logs : "[]");
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
      ChainEndpoint::Options{.url = "http://" + host,
                             .exchanges = {{.address = kExchange}},
                             .contracts = {{.address = kConditionalTokens,
                                            .kind = ActionContractKind::kConditionalTokens}}},
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

/// One of 64 digits.
std::string WordOf(const std::string& digits) {
  return std::string(64 - digits.size(), '0') + digits;
}

/// An adapter of collateral has merged tokens, and no transfer says whose.
std::string MergedByAnAdapter() {
  const std::string adapter(CollateralAdapters()[0].substr(2));
  std::string topics = "\"" + std::string(kMergedTopic) + "\"";
  for (const std::string& word : {WordOf(adapter), WordOf("0"), WordOf("c0")}) {
    topics += ",\"0x" + word + "\"";
  }
  std::string data;
  for (const char* word : {"aa", "60", "f4240", "2", "1", "2"}) data += WordOf(word);
  return R"([{"address":")" + std::string(kConditionalTokens) + R"(","topics":[)" + topics +
         R"(],"data":"0x)" + data + R"(","blockNumber":"0x10","logIndex":"0x1","blockHash":"0x)" +
         std::string(64, 'a') + R"(","transactionHash":"0x)" + WordOf("b") + R"("}])";
}

/// A block that was replaced between two answers; far below the head its logs alone tell. The hash
/// in them outlives what is asked after them.
TEST(ChainEndpoint, TakesNoLogsOfAnotherBlockThanItsHeaderSays) {
  const auto node = std::make_shared<ScriptedNode>();
  node->logs = MergedByAnAdapter();
  const OwnEndpoint own = EndpointOf(node, "node");
  EXPECT_THAT(own.endpoint->Fetch({16, 16}, {}), IsOk());

  node->logs.replace(node->logs.find(std::string(64, 'a')), 64, std::string(64, 'b'));

  EXPECT_THAT(own.endpoint->Fetch({16, 16}, {}),
              HasError(ErrorKind::kTransient, "changed its mind"));
}

/// Such actions stayed the adapter's for good, because another node did not answer just then.
TEST(ChainSource, AsksAgainWhoseAnActionIsWhileTheOtherNodeIsSilent) {
  const auto one = std::make_shared<ScriptedNode>();
  const auto other = std::make_shared<ScriptedNode>();
  one->logs = other->logs = MergedByAnAdapter();
  other->is_without_logs = true;
  std::vector<OwnEndpoint> nodes;
  nodes.push_back(EndpointOf(one, "one"));
  nodes.push_back(EndpointOf(other, "other"));
  ChainSource chain(std::move(nodes));

  EXPECT_THAT(chain.Fetch({16, 16}, {}), HasError(ErrorKind::kTransient));

  // Neither knows it: then it is the adapter's.
  other->is_without_logs = false;
  const auto fetched = chain.Fetch({16, 16}, {});
  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(fetched->unassigned, 1U);

  // Who is silent for ever holds nothing up for ever.
  other->is_without_logs = true;
  EXPECT_TRUE(WaitUntil([&] { return chain.Fetch({16, 16}, {}).has_value(); }));
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

/// A node that is asked for addresses: each has the code 0x60 and has sent 7 transactions.
class AddressNode final : public HttpClient {
 public:
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token /*stop*/) override {
    const std::string body(request.body->front());
    HttpResponse response;
    response.status = 200;
    if (body.find("eth_get") == std::string::npos) {
      const bool is_head = body.find("eth_blockNumber") != std::string::npos;
      response.body = AnswerTo("0", is_head ? head : "\"0x89\"");
      return response;
    }
    if (++batches == broken_batch) return TransientError("connection reset");
    std::string answers;
    std::size_t calls = 0;
    for (auto at = body.find("\"id\":"); at != std::string::npos;
         at = body.find("\"id\":", at + 1)) {
      ++calls;
      answers +=
          (answers.empty() ? "" : ",") + AnswerToCall(body.substr(at, body.find('}', at) - at));
    }
    most_calls = std::max(most_calls, calls);
    response.body = calls > batch_limit
                        ? R"({"id":null,"error":{"code":-32600,"message":"batch too large"}})"
                    : body.front() == '[' ? "[" + answers + "]"
                                          : answers;
    return response;
  }

  std::string head = "\"0x1000\"";
  std::size_t batch_limit = 1'000;
  int broken_batch = 0;
  std::set<std::string> errors;  ///< Addresses for which an error stands in the place of the count.
  int batches = 0;
  std::size_t most_calls = 0;
  std::set<std::string> blocks;  ///< As of which it was asked.

 private:
  static std::string AnswerTo(const std::string& id, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + result + "}";
  }
  std::string AnswerToCall(const std::string& call) {
    const std::string id = call.substr(5, call.find(',') - 5);
    const std::string address = call.substr(call.find("\"0x") + 1, 42);
    blocks.insert(call.substr(call.rfind("\"0x")));
    if (call.find("eth_getCode") != std::string::npos) return AnswerTo(id, "\"0x60\"");
    if (!errors.contains(address)) return AnswerTo(id, "\"0x7\"");
    return R"({"id":)" + id + R"(,"error":{"code":-32000,"message":"header not found"}})";
  }
};

std::vector<std::string> Wallets(int count) {
  std::vector<std::string> wallets;
  for (int i = 0; i < count; ++i)
    wallets.push_back("0x" + std::to_string(i + 10) + std::string(38, '0'));
  return wallets;
}

OwnEndpoint EndpointOf(const std::shared_ptr<AddressNode>& node, const std::string& host) {
  OwnEndpoint own{.http = node};
  own.endpoint =
      std::make_unique<ChainEndpoint>(ChainEndpoint::Options{.url = "http://" + host}, *node);
  return own;
}

TEST(ChainEndpoint, AsksForAddressesInBatchesAsOfOneBlock) {
  const auto node = std::make_shared<AddressNode>();
  const OwnEndpoint own = EndpointOf(node, "node");

  const auto states = ValueOf(own.endpoint->Addresses(Wallets(60), 0x10, {}));

  EXPECT_EQ(states.block, 0xffbU) << "a little below the head";
  EXPECT_THAT(node->blocks, ElementsAre("\"0xffb\"]"));
  EXPECT_EQ(node->batches, 3);
  EXPECT_EQ(states.states.size(), 60U);
  EXPECT_THAT(states.states, testing::Each(AddressState{1, 7}));
}

TEST(ChainEndpoint, AsksANodeThatRefusesLargeBatchesForLess) {
  const auto node = std::make_shared<AddressNode>();
  node->batch_limit = 3;
  const OwnEndpoint own = EndpointOf(node, "node");

  const auto states = ValueOf(own.endpoint->Addresses(Wallets(9), 0x10, {}));
  EXPECT_THAT(states.states, testing::Each(AddressState{1, 7}));
  node->most_calls = 0;
  EXPECT_THAT(own.endpoint->Addresses(Wallets(9), 0x10, {}), IsOk());
  EXPECT_LE(node->most_calls, 3U) << "it remembers";

  node->batch_limit = 1;
  EXPECT_THAT(ValueOf(own.endpoint->Addresses(Wallets(9), 0x10, {})).states,
              testing::Each(AddressState{1, 7}));
}

/// Code without a count is no answer, and a count that was not given is not zero.
TEST(ChainEndpoint, SaysNothingOfAnAddressWithHalfAnAnswer) {
  const auto node = std::make_shared<AddressNode>();
  const auto wallets = Wallets(3);
  node->errors = {wallets[1]};
  const OwnEndpoint own = EndpointOf(node, "node");

  const auto states = ValueOf(own.endpoint->Addresses(wallets, 0x10, {}));
  EXPECT_THAT(states.states, ElementsAre(AddressState{1, 7}, std::nullopt, AddressState{1, 7}));

  node->errors = {wallets.begin(), wallets.end()};
  const auto nothing = own.endpoint->Addresses(wallets, 0x10, {});
  ASSERT_THAT(nothing, HasError(ErrorKind::kTransient));
  EXPECT_THAT(nothing.error().message, HasSubstr("header not found"));
}

TEST(ChainEndpoint, KeepsTheAnswersThatCameBeforeItBrokeOff) {
  const auto node = std::make_shared<AddressNode>();
  node->broken_batch = 2;
  const OwnEndpoint own = EndpointOf(node, "node");

  const auto states = ValueOf(own.endpoint->Addresses(Wallets(60), 0x10, {})).states;

  ASSERT_EQ(states.size(), 60U);
  EXPECT_EQ(states[24], (AddressState{1, 7}));
  EXPECT_EQ(states[25], std::nullopt);
  node->broken_batch = node->batches + 1;
  EXPECT_THAT(own.endpoint->Addresses(Wallets(60), 0x10, {}), HasError(ErrorKind::kTransient));
}

/// A wallet that was made since has no code there.
TEST(ChainSource, AsksForAddressesOnlyNodesThatHaveGotToTheirTrades) {
  const auto late = std::make_shared<AddressNode>();
  late->head = "\"0xf\"";
  const auto sound = std::make_shared<AddressNode>();
  std::vector<OwnEndpoint> nodes;
  nodes.push_back(EndpointOf(late, "late"));
  nodes.push_back(EndpointOf(sound, "sound"));
  ChainSource chain(std::move(nodes));

  EXPECT_THAT(ValueOf(chain.Addresses(Wallets(1), 0x10, {})).states,
              ElementsAre(AddressState{1, 7}));
  EXPECT_EQ(late->batches, 0);
  sound->head = "\"0xe\"";
  EXPECT_THAT(chain.Addresses(Wallets(1), 0x10, {}), HasError(ErrorKind::kTransient));
}

}  // namespace
}  // namespace polyhouse
