#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "base/clock.h"
#include "simulator_process.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kPage = "/markets/keyset?limit=1";

template <class Action>
std::chrono::steady_clock::duration TimeOf(const Action& action) {
  const auto start = SteadyNow();
  action();
  return SteadyNow() - start;
}

std::vector<std::string> With(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"--markets", "50"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(RateLimitE2e, DelaysRequestsOverTheLimit) {
  const SimulatorProcess simulator(With({"--rate-limit", "markets=3/1"}));
  const auto took = TimeOf([&] {
    for (int i = 0; i < 7; ++i) EXPECT_EQ(simulator.Get(kPage).status, 200);
  });

  EXPECT_GE(took, seconds(2));  // three at once, three a second later, one two seconds later
  const std::string over_limit = FieldOf(simulator.Get("/simulator/stats").body, "over_limit");
  EXPECT_GE(std::stoi(FieldOf(over_limit, "markets")), 2);
}

TEST(RateLimitE2e, RefusesRequestsOverTheLimit) {
  const SimulatorProcess plain(With({"--rate-limit", "markets=2/600", "--rate-mode", "429"}));
  const SimulatorProcess told(With({"--rate-limit", "markets=2/600", "--rate-mode", "429ra"}));
  for (const SimulatorProcess* simulator : {&plain, &told}) {
    EXPECT_EQ(simulator->Get(kPage).status, 200);
    EXPECT_EQ(simulator->Get("/markets/1").status, 404);
    EXPECT_EQ(simulator->Get(kPage).status, 429);
    EXPECT_EQ(simulator->Get("/events").status, 200);
    EXPECT_EQ(simulator->Get("/clob/markets").status, 200);
  }

  EXPECT_FALSE(plain.Get(kPage).headers.contains("retry-after"));
  const int wait = std::stoi(told.Get(kPage).headers.at("retry-after"));
  EXPECT_GT(wait, 500);
  EXPECT_LE(wait, 600);
}

TEST(StatsE2e, ReportsTheMostRequestsInTenSeconds) {
  const SimulatorProcess simulator(With({}));
  for (int i = 0; i < 4; ++i) simulator.Get(kPage);
  simulator.Get("/markets/1");
  simulator.Get("/clob/markets");

  EXPECT_EQ(FieldOf(simulator.Get("/simulator/stats").body, "peak_per_10s"),
            R"({"/clob/markets":1,"/markets/keyset":4,"/markets/{id}":1,"clob":1,"markets":5})");
}

TEST(StatsE2e, CountsFromZeroAfterAReset) {
  const SimulatorProcess simulator(With({}));
  simulator.Get(kPage);
  EXPECT_EQ(simulator.Post("/simulator/stats/reset").status, 200);

  EXPECT_EQ(simulator.Get("/simulator/stats").body,
            R"({"requests":{},"faults":{},"calls":{},"peak_per_10s":{},"over_limit":{},)"
            R"("rows_served":{"markets":0,"events":0}})");
  EXPECT_NE(simulator.Get("/simulator/truth").body, "");
}

TEST(LatencyE2e, TakesItsTimeButForManyAtOnce) {
  const SimulatorProcess simulator(With({"--latency", "400"}));
  EXPECT_GE(TimeOf([&] { simulator.Get(kPage); }), milliseconds(400));
  std::vector<std::future<Reply>> replies;
  const auto took = TimeOf([&] {
    for (int i = 0; i < 64; ++i) {
      replies.push_back(std::async(std::launch::async, [&] { return simulator.Get(kPage); }));
    }
    for (auto& reply : replies) EXPECT_EQ(reply.get().status, 200);
  });

  EXPECT_LT(took, milliseconds(400) * 64 / 4);
}

TEST(LatencyE2e, DoesNotOutliveTheProgram) {
  SimulatorProcess simulator(With({"--latency", "100000"}));
  EXPECT_NE(simulator.Get(kPage, 200).curl_code, 0);
  EXPECT_EQ(simulator.Stop(), 0);
}

class CdnE2eTest : public testing::Test {
 protected:
  SimulatorProcess simulator_{{"--markets", "200", "--cdn", "300"}};
};

TEST_F(CdnE2eTest, AnswersAnIdenticalUrlAsBeforeWhateverHasChanged) {
  const std::string newest =
      FieldOf(simulator_.Walk("/markets/keyset?limit=100", "markets").back(), "id");
  const std::vector<std::string> targets{"/markets/keyset?limit=90",
                                         "/markets?order=id&ascending=false&limit=2",
                                         "/events/keyset?order=id&ascending=false",
                                         "/markets/" + Unquoted(newest)};
  std::vector<std::string> before;
  for (const std::string& target : targets) {
    const Reply reply = simulator_.Get(target);
    EXPECT_FALSE(reply.headers.contains("age"));
    before.push_back(reply.body);
  }
  const std::string clob = simulator_.Get("/clob/markets").body;
  simulator_.Post("/simulator/tick?n=300");

  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Reply reply = simulator_.Get(targets[i]);
    EXPECT_EQ(reply.body, before[i]) << targets[i];
    EXPECT_LT(std::stoi(reply.headers.at("age")), 300);
    EXPECT_NE(simulator_.Get(targets[i] + (i == 3 ? "?x=1" : "&x=1")).body, before[i])
        << targets[i];
  }
  EXPECT_NE(simulator_.Get("/clob/markets").body, clob);
  EXPECT_EQ(FieldOf(simulator_.Get("/simulator/world").body, "markets"), "500");
}

TEST_F(CdnE2eTest, CountsInTheTruthWhatItServedNotWhatIs) {
  const std::string target = "/markets/keyset?limit=100";
  simulator_.Get(target);
  const std::string truth = simulator_.Get("/simulator/truth").body;
  simulator_.Post("/simulator/tick?n=20");
  simulator_.Get(target + "&x=1");
  EXPECT_FALSE(simulator_.Get("/simulator/truth").body.starts_with(truth));

  simulator_.Get(target);
  const std::string after = simulator_.Get("/simulator/truth").body;
  for (const std::string& line : LinesOf(truth)) EXPECT_THAT(after, testing::HasSubstr(line));
}

TEST_F(CdnE2eTest, DoesNotKeepWhatAFaultHasSpoilt) {
  const std::string target = "/markets/keyset?limit=5";
  simulator_.Post("/simulator/fault?spec=duplicate%3D1");
  const std::string spoilt = simulator_.Get(target).body;
  simulator_.Post("/simulator/fault?spec=429%3D1");
  EXPECT_EQ(simulator_.Get(target).status, 429);
  simulator_.Post("/simulator/fault?spec=");
  const std::string right = simulator_.Get(target).body;

  EXPECT_NE(right, spoilt);
  EXPECT_EQ(simulator_.Get(target).body, right);
  simulator_.Post("/simulator/fault?spec=503%3D1");
  EXPECT_EQ(simulator_.Get(target).status, 503);
}

}  // namespace
}  // namespace polyhouse
