#include "checks/findings.h"

#include <gmock/gmock.h>

#include "checks/stream_facts.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Findings, AreCleanWithNotesAlone) {
  Findings findings;
  findings.AddNote({"missing market", "0xab", "only the CLOB knows it", "clob"});

  EXPECT_TRUE(findings.IsClean());
  EXPECT_THAT(findings.Text(), HasSubstr("0 wrong, 1 notes"));
  EXPECT_THAT(findings.Json(), HasSubstr(R"("clean":true)"));

  findings.AddWrong({"missing market", "0xcd", "", "gamma"});
  EXPECT_FALSE(findings.IsClean());
}

TEST(Findings, AreOneJsonObjectThatQuotesWhatIsForeign) {
  Findings findings;
  EXPECT_EQ(findings.Json(), R"({"clean":true,"facts":{},"wrong":{},"notes":{}})");
  findings.SetFact("rows", 3);
  findings.SetFact("pages", 1);
  findings.AddWrong({"hole", "a\"b", "x", "ledger"});
  findings.AddWrong({"hole", "c", "y", "ledger"});

  EXPECT_EQ(findings.Json(),
            R"({"clean":false,"facts":{"pages":1,"rows":3},"wrong":{"hole":{"count":2,"findings":[)"
            R"({"id":"a\"b","what":"x","says":"ledger"},{"id":"c","what":"y","says":"ledger"}]}},)"
            R"("notes":{}})");
}

TEST(Findings, KeepForPeopleEachOnOneLine) {
  Findings findings;
  findings.AddWrong({"hole", "a\nb", "first\x1b[1m\nsecond", "ledger"});

  EXPECT_THAT(findings.Text(), HasSubstr("a b"));
  EXPECT_THAT(findings.Text(), Not(HasSubstr("\x1b")));
}

TEST(Findings, CountMoreThanTheyKeepAndShowFewer) {
  Findings findings;
  for (std::size_t i = 0; i < Findings::kKeptOfEach + 5; ++i) {
    findings.AddWrong({"hole", std::to_string(i), "", "ledger"});
  }

  EXPECT_EQ(findings.wrong_count(), Findings::kKeptOfEach + 5);
  EXPECT_EQ(findings.WrongOf("hole").size(), Findings::kKeptOfEach);
  EXPECT_THAT(findings.Text(), HasSubstr("and 9985 more"));
}

TEST(Findings, ForgetWhatWasNotWrongBefore) {
  Findings before;
  before.AddWrong({"stale row", "1", "", ""});
  Findings now;
  now.AddWrong({"stale row", "1", "", ""});
  now.AddWrong({"stale row", "2", "", ""});
  now.AddWrong({"hole", "3", "", ""});

  now.KeepOnlyWrongIn(before);

  EXPECT_EQ(now.wrong_count(), 1U);
  EXPECT_EQ(now.WrongOf("stale row").at(0).id, "1");
  EXPECT_TRUE(now.WrongOf("hole").empty());
}

/// Two bad market records were told of the events, too.
TEST(CheckDeadLetters, CountsTheRecordsOfEachStreamApart) {
  Findings findings;

  CheckDeadLetters({{.stream = StreamName("stream:markets"), .dead_letters = 5},
                    {.stream = StreamName("stream:order_events"), .dead_letters = 1}},
                   {{"stream:markets", 3}, {"stream:order_events", 1}},
                   findings);

  EXPECT_EQ(findings.FactOf(InNoTable("stream:markets")), 2U);
  EXPECT_EQ(findings.FactOf(InNoTable("stream:order_events")), 0U);
  EXPECT_EQ(findings.FactOf(InNoTable("stream:polymarket_events")), 0U);
}

}  // namespace
}  // namespace polyhouse
