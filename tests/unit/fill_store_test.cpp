#include "flow/fills/fill_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flow/fills/fill_lanes.h"
#include "flow/process/entry_rows.h"
#include "support/scratch_streams.h"

namespace polyhouse {
namespace {

/// A chain of which each block has the hash that its number and its version make.
class ForkedNode final : public HttpClient {
 public:
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token /*stop*/) override {
    const std::string body(request.body->front());
    HttpResponse response;
    response.status = 200;
    std::string result = "\"0x89\"";
    if (const auto at = body.find("\"0x"); at != std::string::npos) {
      const std::string number = body.substr(at + 1, body.find('"', at + 1) - at - 1);
      const auto block = std::stoull(number, nullptr, 16);
      result = R"({"number":")" + number + R"(","hash":")" + HashOf(block) + R"(","parentHash":")" +
               HashOf(block - 1) + R"(","timestamp":"0x1"})";
    }
    response.body = R"({"jsonrpc":"2.0","id":0,"result":)" + result + "}";
    return response;
  }
  std::string HashOf(std::uint64_t block) const {
    std::string digits = std::to_string(block) + (block >= replaced_from ? "b" : "a");
    return "0x" + std::string(64 - digits.size(), '0') + digits;
  }

  std::uint64_t replaced_from = UINT64_MAX;
};

class FillStoreTest : public testing::Test {
 protected:
  FillStoreTest() { EXPECT_THAT(store_.Load(), IsOk()); }

  /// A fill in the first of these blocks.
  FetchedRange Fetch(const BlockRange& range) const {
    FetchedRange fetched{.range = range, .last_hash = node_->HashOf(range.to)};
    fetched.fills.push_back({.block_number = range.from,
                             .transaction_hash = "0xab",
                             .exchange = "0xexchange",
                             .generation = "v1",
                             .maker = "0xmaker",
                             .taker = "0xtaker",
                             .maker_asset_id = TokenId("0"),
                             .taker_asset_id = TokenId("7")});
    return fetched;
  }
  Status Store(FetchedRange fetched, std::uint64_t replacements = 0) {
    const auto stored = store_.Store(std::move(fetched), "backfill", {0, replacements});
    return stored ? Ok() : Status(tl::unexpected(stored.error()));
  }
  Status TakeBack() {
    std::vector<OwnEndpoint> nodes;
    nodes.push_back(
        {node_,
         std::make_unique<ChainEndpoint>(ChainEndpoint::Options{.url = "http://node"}, *node_)});
    ChainSource chain(std::move(nodes));
    return TakeBackReplaced(chain, store_, events_, {});
  }
  std::vector<OrderFill> TakenBack() const {
    EntryDecoder<OrderFill> decoder;
    std::vector<OrderFill> removed;
    for (const Entry& entry : streams_.EntriesOf(std::string(OrderFill::kStream))) {
      for (OrderFill& fill : EntryRows(decoder, entry)) {
        if (fill.removed) removed.push_back(std::move(fill));
      }
    }
    return removed;
  }
  bool IsMissing(const BlockRange& range) {
    store_.Want(range);
    return store_.Missing() == range.size();
  }

  FakeClock clock_;
  ScratchStreams streams_{clock_};
  std::unique_ptr<StreamWriter> writer_ = streams_.OpenWriter();
  FillStore store_{*writer_, clock_};
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kText};
  telemetry::PipelineEvents events_{log_};
  std::shared_ptr<ForkedNode> node_ = std::make_shared<ForkedNode>();
};

TEST_F(FillStoreTest, TakesBackAnOlderRangeThatWasReadBeforeANewerOne) {
  ASSERT_THAT(Store(Fetch({80, 89})), IsOk());
  ASSERT_THAT(Store(Fetch({90, 99})), IsOk());
  node_->replaced_from = 95;
  ASSERT_THAT(Store(Fetch({100, 109})), IsOk());

  ASSERT_THAT(TakeBack(), IsOk());

  EXPECT_TRUE(IsMissing({90, 109}));
  EXPECT_FALSE(IsMissing({80, 89}));
}

/// A table in the order of wallets kept what the chain had taken back: its mark, which had no
/// wallet, came to lie elsewhere.
TEST_F(FillStoreTest, TakesBackAFillUnderItsWallets) {
  ASSERT_THAT(Store(Fetch({80, 89})), IsOk());
  ASSERT_THAT(Store(Fetch({90, 99})), IsOk());
  node_->replaced_from = 85;
  ASSERT_THAT(store_.Load(), IsOk());

  ASSERT_THAT(TakeBack(), IsOk());

  const auto gone = TakenBack();
  ASSERT_EQ(gone.size(), 2U);
  EXPECT_EQ(gone[0].block_number, 80U);
  EXPECT_EQ(gone[1].maker, "0xmaker");
  EXPECT_EQ(gone[1].taker, "0xtaker");
}

TEST_F(FillStoreTest, TakesBackWhatAnOlderProgramHasStored) {
  ASSERT_THAT(Store(Fetch({80, 89})), IsOk());
  const std::string line = "80 0 0 0xab 0xexchange v1 0 7";
  ASSERT_THAT(writer_->Append({.fields = {{"state:polygon_fills_recent",
                                           ToText(BlockRange{80, 89}),
                                           node_->HashOf(89) + "\n" + line + "\n"}}}),
              IsOk());
  ASSERT_THAT(store_.Load(), IsOk());
  node_->replaced_from = 80;

  ASSERT_THAT(TakeBack(), IsOk());

  const auto gone = TakenBack();
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].transaction_hash, "0xab");
}

/// What it cannot read it cannot take back: that is said, and nothing is forgotten.
TEST_F(FillStoreTest, DoesNotForgetWhatItCannotTakeBack) {
  ASSERT_THAT(Store(Fetch({80, 89})), IsOk());
  ASSERT_THAT(writer_->Append({.fields = {{"state:polygon_fills_recent",
                                           ToText(BlockRange{80, 89}),
                                           node_->HashOf(89) + "\nno row\n"}}}),
              IsOk());
  ASSERT_THAT(store_.Load(), IsOk());
  node_->replaced_from = 80;

  EXPECT_THAT(TakeBack(), HasError(ErrorKind::kConfig));

  EXPECT_EQ(store_.FirstRemembered(), 80U);
}

TEST_F(FillStoreTest, RefusesARangeThatWasTakenBackWhileItWasAskedFor) {
  ASSERT_THAT(Store(Fetch({80, 89})), IsOk());
  ASSERT_THAT(Store(Fetch({100, 109})), IsOk());
  const auto before = store_.replacements();
  const FetchedRange old = Fetch({90, 99});
  const FetchedRange older = Fetch({70, 79});
  node_->replaced_from = 95;
  ASSERT_THAT(TakeBack(), IsOk());

  EXPECT_THAT(Store(old, before), HasError(ErrorKind::kTransient));
  EXPECT_THAT(Store(older, before), IsOk());
  EXPECT_THAT(Store(Fetch({90, 99}), store_.replacements()), IsOk());
}

}  // namespace
}  // namespace polyhouse
