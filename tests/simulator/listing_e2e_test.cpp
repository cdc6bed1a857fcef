#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "simulator_process.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ListingE2eTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulator_ = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--markets", "2500", "--events", "700", "--seed", "9"});
  }
  static void TearDownTestSuite() { simulator_.reset(); }

  static std::string FirstId(const std::string& target) {
    const std::string id = FieldOf(simulator_->Walk(target, "markets").front(), "id");
    return id.substr(1, id.size() - 2);
  }

  static std::unique_ptr<SimulatorProcess> simulator_;
};

std::unique_ptr<SimulatorProcess> ListingE2eTest::simulator_;

TEST_F(ListingE2eTest, CoversTheWorldInTwoKeysetWalksPerListing) {
  for (const std::string listing : {"markets", "events"}) {
    std::set<std::string> ids;
    std::size_t rows = 0;
    for (const std::string closed : {"true", "false"}) {
      for (const std::string& record :
           simulator_->Walk("/" + listing + "/keyset?limit=100&closed=" + closed, listing)) {
        EXPECT_EQ(FieldOf(record, "closed"), closed);
        ids.insert(FieldOf(record, "id"));
        ++rows;
      }
    }
    EXPECT_EQ(std::to_string(rows), FieldOf(simulator_->Get("/simulator/world").body, listing));
    EXPECT_EQ(ids.size(), rows);
  }
}

TEST_F(ListingE2eTest, AnswersAsTheRealKeysetListingDoes) {
  const Reply reply = simulator_->Get("/markets/keyset?limit=2");

  EXPECT_THAT(
      reply.body,
      StartsWith(
          R"({"$schema":"https://gamma-api.polymarket.com/schemas/MarketsKeysetListResponse.json",)"
          R"("markets":[{"id":")"));
  EXPECT_THAT(FieldOf(reply.body, "next_cursor"), Not(""));
  EXPECT_EQ(reply.headers.at("cache-control"), "public, max-age=300");
  EXPECT_EQ(reply.headers.at("content-type"), "application/json");
  EXPECT_EQ(FieldOf(simulator_->Get("/events/keyset?limit=1&id=1").body, "events"), "[]");
}

TEST_F(ListingE2eTest, CompressesBodiesForClientsThatTakeIt) {
  const std::string target = "/markets/keyset?limit=50";
  const Reply plain = simulator_->Get(target);
  const Reply compressed = simulator_->GetCompressed(target);

  EXPECT_EQ(compressed.headers.at("content-encoding"), "gzip");
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(compressed.body, plain.body);
  EXPECT_LT(std::stoul(compressed.headers.at("content-length")), plain.body.size() / 2);
}

TEST_F(ListingE2eTest, RefusesWith422) {
  const std::string cursor =
      FieldOf(simulator_->Get("/markets/keyset?limit=2").body, "next_cursor");
  const std::string bare = cursor.substr(1, cursor.size() - 2);
  ASSERT_EQ(simulator_->Get("/markets/keyset?after_cursor=" + bare).status, 200);

  for (const std::string target : {"/markets/keyset?limit=0",
                                   "/markets/keyset?limit=x",
                                   "/markets/keyset?offset=5",
                                   "/events/keyset?offset=0",
                                   "/markets/keyset?order=volume_num",
                                   "/markets/keyset?after_cursor=nonsense",
                                   "/markets?offset=2001",
                                   "/events?offset=2001"}) {
    const Reply reply = simulator_->Get(target);
    EXPECT_EQ(reply.status, 422) << target;
    EXPECT_THAT(reply.body, StartsWith(R"({"type":"validation error","error":")"));
  }
  EXPECT_EQ(simulator_->Get("/markets/keyset?closed=true&after_cursor=" + bare).status, 422);
  EXPECT_EQ(simulator_->Get("/events/keyset?after_cursor=" + bare).status, 422);
}

TEST_F(ListingE2eTest, IgnoresAWrongCursorNameAndStartsAgain) {
  const std::string first = simulator_->Get("/markets/keyset?limit=2").body;
  const std::string cursor = FieldOf(first, "next_cursor");

  EXPECT_EQ(
      simulator_->Get("/markets/keyset?limit=2&cursor=" + cursor.substr(1, cursor.size() - 2)).body,
      first);
}

TEST_F(ListingE2eTest, CapsAndDeprecatesTheLegacyListing) {
  const Reply reply = simulator_->Get("/markets?limit=500&closed=true&offset=2000");

  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, AllOf(StartsWith("[{\"id\":"), Not(HasSubstr("next_cursor"))));
  EXPECT_EQ(reply.headers.at("deprecation"), "true");
  EXPECT_EQ(reply.headers.at("sunset"), "Fri, 01 May 2026 00:00:00 GMT");
  EXPECT_EQ(reply.headers.at("warning"), "299 - \"use /markets/keyset\"");
  EXPECT_EQ(simulator_->Get("/events").headers.at("warning"), "299 - \"use /events/keyset\"");
}

TEST_F(ListingE2eTest, LooksUpClosedRecordsThatTheListingHides) {
  const std::string id = FirstId("/markets/keyset?limit=100&closed=true");
  const std::string record = simulator_->Get("/markets/" + id).body;
  const std::string slug = FieldOf(record, "slug");

  EXPECT_EQ(FieldOf(record, "id"), "\"" + id + "\"");
  EXPECT_EQ(simulator_->Get("/markets/slug/" + slug.substr(1, slug.size() - 2)).body, record);
  EXPECT_EQ(simulator_->Get("/markets?id=" + id).body, "[]");
  EXPECT_EQ(simulator_->Get("/markets?closed=true&id=" + id).body, "[" + record + "]");
  EXPECT_EQ(simulator_->Get("/markets/1").status, 404);
  EXPECT_EQ(simulator_->Get("/events/slug/none").status, 404);
  EXPECT_EQ(simulator_->Get("/nothing").status, 404);
}

TEST_F(ListingE2eTest, RefusesTargetsLongerThanEightKilobytes) {
  EXPECT_EQ(simulator_->Get("/markets?x=" + std::string(8000, 'x')).status, 200);
  EXPECT_EQ(simulator_->Get("/markets?x=" + std::string(9000, 'x')).status, 414);
}

TEST(MovingWorldE2e, MovesWhenTickedOverHttpAndByItself) {
  const SimulatorProcess still({"--markets", "100"});
  EXPECT_EQ(FieldOf(still.Post("/simulator/tick?n=25").body, "markets"), "125");
  EXPECT_EQ(still.Post("/simulator/tick?n=x").status, 422);

  const SimulatorProcess moving({"--markets", "100", "--tick", "0.01"});
  std::string markets = "100";
  while (markets == "100") markets = FieldOf(moving.Get("/simulator/world").body, "markets");
  EXPECT_GT(std::stoi(markets), 100);
}

}  // namespace
}  // namespace polyhouse
