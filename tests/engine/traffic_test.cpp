#include "engine/traffic.h"

#include <gtest/gtest.h>

namespace polyhouse::engine {
namespace {

using std::chrono::milliseconds;

TEST(Traffic, BoundsQueriesAtOnce) {
  Traffic traffic({.requests = 1, .queries = 1});
  auto first = traffic.AdmitQuery(milliseconds(0), 0);

  EXPECT_TRUE(first);
  EXPECT_FALSE(traffic.AdmitQuery(milliseconds(0), 0));
  first = Traffic::Ticket();
  EXPECT_TRUE(traffic.AdmitQuery(milliseconds(0), 0));
}

TEST(Traffic, GivesATicketBackOnceHoweverItMoved) {
  Traffic traffic({.requests = 1, .queries = 1});
  {
    auto first = traffic.AdmitQuery(milliseconds(0), 0);
    const Traffic::Ticket moved = std::move(first);
  }
  const auto again = traffic.AdmitQuery(milliseconds(0), 0);

  EXPECT_TRUE(again);
  EXPECT_FALSE(traffic.AdmitQuery(milliseconds(0), 0));
}

TEST(Traffic, BoundsTheMemoryOfThoseWhoSayHowMuchTheyNeed) {
  Traffic traffic({.requests = 9, .queries = 9, .memory_bytes = 100});
  auto first = traffic.AdmitQuery(milliseconds(0), 60);

  EXPECT_TRUE(first);
  EXPECT_FALSE(traffic.AdmitQuery(milliseconds(0), 60));
  EXPECT_TRUE(traffic.AdmitQuery(milliseconds(0), 40));
  first = Traffic::Ticket();
  EXPECT_TRUE(traffic.AdmitQuery(milliseconds(0), 100));
}

TEST(Traffic, IsQuietWhenTheLastRequestEnded) {
  Traffic traffic({.requests = 1, .queries = 1});
  {
    const Traffic::Visit visit(traffic);
    EXPECT_FALSE(traffic.WaitUntilQuiet(milliseconds(0)));
  }
  EXPECT_TRUE(traffic.WaitUntilQuiet(milliseconds(0)));
}

TEST(Traffic, BoundsRequestsAtOnce) {
  Traffic traffic({.requests = 1, .queries = 1});
  {
    const Traffic::Visit first(traffic);
    EXPECT_EQ(first.admission(), Traffic::Admission::kAdmitted);
    EXPECT_EQ(Traffic::Visit(traffic).admission(), Traffic::Admission::kTooMany);
    EXPECT_EQ(Traffic::Visit(traffic).admission(), Traffic::Admission::kTooMany);
  }
  EXPECT_EQ(Traffic::Visit(traffic).admission(), Traffic::Admission::kAdmitted);
}

TEST(Traffic, TakesNoRequestsAfterStop) {
  Traffic traffic({.requests = 1, .queries = 1});
  traffic.Stop();

  EXPECT_EQ(Traffic::Visit(traffic).admission(), Traffic::Admission::kStopping);
}

}  // namespace
}  // namespace polyhouse::engine
