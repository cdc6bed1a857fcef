#include "codec/action_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/child_process.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kConditionalTokens = "0x4d97dcd97ec945f40cf65f87097ace5ea0476045";
constexpr std::string_view kAdapterAddress = "0xd91e80cf2e7be2e162c6513ced06f1dd0da35296";
constexpr std::string_view kUsdc = "2791bca1f2de4661ed88a30c99a7a9449aa84174";

std::string Word(std::string_view digits) {
  return std::string(64 - digits.size(), '0') + std::string(digits);
}

/// A log and the storage of its texts.
struct OwnedLog {
  OwnedLog(std::string_view address,
           std::vector<std::string> topic_texts,
           const std::vector<std::string>& words)
      : topics(std::move(topic_texts)) {
    for (const std::string& word : words) data += word;
    log.block_number = 7;
    log.log_index = 3;
    log.address = address;
    log.transaction_hash = hash;
    for (std::size_t i = 0; i < topics.size(); ++i) log.topics[i] = topics[i];
    log.data = data;
  }
  OwnedLog(const OwnedLog&) = delete;
  OwnedLog& operator=(const OwnedLog&) = delete;

  std::string hash = "0x" + Word("ab");
  std::vector<std::string> topics;
  std::string data = "0x";
  ChainLog log;
};

std::string Topic(std::string_view digits) {
  return "0x" + Word(digits);
}

Result<TokenAction> OfConditional(const OwnedLog& owned) {
  return ReadAction(owned.log, ActionContractKind::kConditionalTokens);
}

Result<TokenAction> OfAdapter(const OwnedLog& owned) {
  return ReadAction(owned.log, ActionContractKind::kNegRiskAdapter);
}

/// The one real log of the recordings that is no fill: 2026, by an exchange's or a wallet's split.
TEST(ActionLog, ReadsARecordedSplit) {
  std::string body =
      ReadFile(std::string(RECORDINGS_DIR) + "/chain/eth_logs_polymarket_real_2026.json");
  if (body.empty()) GTEST_SKIP() << "recorded answers stand beside the project";
  body = R"({"jsonrpc":"2.0","id":0,"result":)" + body + "}";
  ChainAnswerParser parser;
  const auto logs = ValueOf(parser.Logs(body));
  const auto log = std::find_if(
      logs.begin(), logs.end(), [](const auto& each) { return each.topics[0] == kSplitTopic; });
  ASSERT_NE(log, logs.end());

  const auto action = ValueOf(ReadAction(*log, ActionContractKind::kConditionalTokens));

  EXPECT_EQ(action.action, "split");
  EXPECT_EQ(action.wallet, "0x20d2309cd92b797ae7ca175ed828ed8a27fbe29d");
  EXPECT_EQ(action.wallet_kind, "wallet");
  EXPECT_EQ(action.condition_id,
            "0xb907d819a95244f9e19dc779e3db2a33133a864d22e9ce222d09a16b48759f49");
  EXPECT_EQ(action.parent_collection, "");
  EXPECT_THAT(action.index_sets, ElementsAre(*ParseDigits256("1"), *ParseDigits256("2")));
  EXPECT_FALSE(action.amount.IsZero());
}

TEST(ActionLog, ReadsARedemptionWithItsPayout) {
  const OwnedLog log(kConditionalTokens,
                     {std::string(kRedeemedTopic), Topic("aa"), Topic(kUsdc), Topic("0")},
                     {Word("c1"), Word("60"), Word("5"), Word("2"), Word("1"), Word("2")});

  const auto action = ValueOf(OfConditional(log));

  EXPECT_EQ(action.action, "redeem");
  EXPECT_EQ(action.condition_id, Topic("c1"));
  EXPECT_EQ(action.collateral, "0x" + std::string(kUsdc));
  EXPECT_EQ(ToDigits(action.amount), "5");
  EXPECT_EQ(action.index_sets.size(), 2U);
}

/// Anybody may redeem nothing, by a list as long as pleases: that is no dead letter.
TEST(ActionLog, ReadsARedemptionOfTheSameOutcomeAgainAndAgain) {
  std::vector<std::string> words = {Word("c1"), Word("60"), Word("0"), Word("101")};
  words.insert(words.end(), 257, Word("1"));
  const OwnedLog log(kConditionalTokens,
                     {std::string(kRedeemedTopic), Topic("aa"), Topic(kUsdc), Topic("0")},
                     words);

  EXPECT_THAT(ValueOf(OfConditional(log)).index_sets, ElementsAre(*ParseDigits256("1")));
}

TEST(ActionLog, ReadsHowAConditionWasResolved) {
  const OwnedLog log(kConditionalTokens,
                     {std::string(kResolvedTopic), Topic("c1"), Topic("0a"), Topic("91")},
                     {Word("2"), Word("40"), Word("2"), Word("0"), Word("1")});

  const auto action = ValueOf(OfConditional(log));

  EXPECT_EQ(action.action, "resolve");
  EXPECT_EQ(action.wallet_kind, "oracle");
  EXPECT_EQ(action.question_id, Topic("91"));
  EXPECT_THAT(action.amounts, ElementsAre(Uint256(), *ParseDigits256("1")));
}

TEST(ActionLog, TellsApartForWhomAContractActs) {
  const auto kind_of = [](std::string_view address) {
    const OwnedLog log(kConditionalTokens,
                       {std::string(kMergedTopic), Topic(address), Topic("0"), Topic("c1")},
                       {Word(kUsdc), Word("60"), Word("5"), Word("2"), Word("1"), Word("2")});
    return ValueOf(OfConditional(log)).wallet_kind;
  };
  EXPECT_EQ(kind_of("4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e"), "exchange");
  EXPECT_EQ(kind_of("d91e80cf2e7be2e162c6513ced06f1dd0da35296"), "neg_risk_adapter");
  EXPECT_EQ(kind_of("ada100db00ca00073811820692005400218fce1f"), "collateral_adapter");
  EXPECT_EQ(kind_of("ada2005600dec949baf300f4c6120000bdb6eaab"), "collateral_adapter");
  EXPECT_EQ(kind_of("ab"), "wallet");
}

TEST(ActionLog, ReadsWhereTokensWent) {
  const OwnedLog log(kConditionalTokens,
                     {std::string(kTransferSingleTopic), Topic("a1"), Topic("B2"), Topic("0")},
                     {Word("1"), Word("2")});
  const TokenTransfer transfer = ValueOf(ReadTransfer(log.log));
  EXPECT_EQ(transfer.by, "0x" + std::string(38, '0') + "a1");
  EXPECT_EQ(transfer.from, "0x" + std::string(38, '0') + "b2");
  EXPECT_EQ(transfer.to, "0x" + std::string(40, '0'));
  EXPECT_EQ(transfer.log_index, 3U);

  const OwnedLog odd(kConditionalTokens,
                     {std::string(kTransferSingleTopic), Topic("a1"), "0x" + std::string(64, 'f')},
                     {});
  EXPECT_THAT(ReadTransfer(odd.log), HasError(ErrorKind::kMalformed));
}

TEST(ActionLog, ReadsTheAdaptersOwn) {
  const OwnedLog converted(kAdapterAddress,
                           {std::string(kConvertedTopic), Topic("aa"), Topic("9900"), Topic("5")},
                           {Word("7")});
  const OwnedLog redeemed(kAdapterAddress,
                          {std::string(kAdapterRedeemedTopic), Topic("aa"), Topic("c1")},
                          {Word("40"), Word("6"), Word("2"), Word("6"), Word("4")});
  const OwnedLog split(
      kAdapterAddress, {std::string(kAdapterSplitTopic), Topic("aa"), Topic("c1")}, {Word("9")});

  const auto conversion = ValueOf(OfAdapter(converted));
  EXPECT_EQ(conversion.action, "convert");
  EXPECT_EQ(conversion.neg_risk_market_id, Topic("9900"));
  EXPECT_THAT(conversion.index_sets, ElementsAre(*ParseDigits256("5")));
  EXPECT_EQ(conversion.condition_id, "");
  const auto redemption = ValueOf(OfAdapter(redeemed));
  EXPECT_THAT(redemption.amounts, ElementsAre(*ParseDigits256("6"), *ParseDigits256("4")));
  EXPECT_EQ(ToDigits(redemption.amount), "6");
  EXPECT_THAT(ValueOf(OfAdapter(split)).index_sets, IsEmpty());
}

/// Nothing of a log is believed: not its places, its lengths or its digits.
TEST(ActionLog, RefusesWhatIsNotLaidOutAsItsEvent) {
  const std::vector<std::string> topics = {
      std::string(kSplitTopic), Topic("aa"), Topic("0"), Topic("c1")};
  const std::string huge = std::string(64, 'f');
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {},
           {Word(kUsdc)},
           {Word(kUsdc), Word("60"), Word("5")},                         // no list
           {Word(kUsdc), Word("60"), Word("5"), Word("3"), Word("1")},   // a part of it
           {Word(kUsdc), huge, Word("5"), Word("1"), Word("1")},         // far away
           {Word(kUsdc), Word("61"), Word("5"), Word("1"), Word("1")},   // between words
           {Word(kUsdc), Word("60"), Word("5"), huge, Word("1")},        // endless
           {huge, Word("60"), Word("5"), Word("1"), Word("1")},          // no address
           {Word(kUsdc), Word("60"), Word("zz"), Word("1"), Word("1")},  // no digits
           {Word(kUsdc), Word("60"), Word("5"), Word("1"), "00"}}) {     // no word
    EXPECT_THAT(OfConditional(OwnedLog(kConditionalTokens, topics, words)),
                HasError(ErrorKind::kMalformed));
  }
  const OwnedLog no_condition(
      kAdapterAddress, {std::string(kAdapterSplitTopic), Topic("aa")}, {Word("9")});
  EXPECT_THAT(OfAdapter(no_condition), HasError(ErrorKind::kMalformed));
  const OwnedLog of_another(
      kConditionalTokens, {std::string(kAdapterSplitTopic), Topic("aa"), Topic("c1")}, {Word("9")});
  EXPECT_THAT(OfConditional(of_another), HasError(ErrorKind::kMalformed));
}

}  // namespace
}  // namespace polyhouse
