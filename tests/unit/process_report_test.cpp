#include "telemetry/process_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/metric_page.h"

namespace polyhouse::telemetry {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ProcessReport, IsReadAsItWasWritten) {
  ProcessReport report;
  report.troubles["markets/discover"] = {.message = "two\nlines\tand a tab",
                                         .first = Timestamp(milliseconds(5)),
                                         .last = Timestamp(milliseconds(9)),
                                         .times = 3,
                                         .over = Timestamp(milliseconds(50))};
  report.log = {"one line", "metrics"};
  report.metrics = "# TYPE a counter\na 1\n";

  const ProcessReport read = ParseReport(ToText(report));

  ASSERT_EQ(read.troubles.size(), 1U);
  const Trouble& trouble = read.troubles.at("markets/discover");
  EXPECT_EQ(trouble.message.find_first_of("\n\t"), std::string::npos);
  EXPECT_THAT(trouble.message, HasSubstr("and a tab"));
  EXPECT_EQ(trouble.first, Timestamp(milliseconds(5)));
  EXPECT_EQ(trouble.last, Timestamp(milliseconds(9)));
  EXPECT_EQ(trouble.times, 3U);
  EXPECT_TRUE(trouble.GoesOn(Timestamp(milliseconds(49))));
  EXPECT_FALSE(trouble.GoesOn(Timestamp(milliseconds(50))));
  EXPECT_THAT(read.log, ElementsAre("one line", "metrics"));
  EXPECT_EQ(read.metrics, report.metrics);
}

TEST(ProcessReport, LeavesOutWhatItCannotRead) {
  const ProcessReport read = ParseReport("trouble\tx\n\nnew kind\t1\nlog\nlog\tline\n");
  EXPECT_THAT(read.troubles, IsEmpty());
  EXPECT_THAT(read.log, ElementsAre("line"));
  EXPECT_EQ(read.metrics, "");
}

TEST(ProcessReport, CountsTheFailuresInARow) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);
  const auto fail = [&] {
    events.RequestRetried({"markets", "discover"}, TransientError("reset"), milliseconds(1));
  };
  fail();
  fail();
  EXPECT_EQ(events.Snapshot().troubles.at("markets/discover").times, 2U);
  events.PageStored({"markets", "discover"}, {.records = 5, .changed = 2});
  EXPECT_TRUE(events.Snapshot().troubles.at("markets/discover").has_ended);
  fail();
  EXPECT_EQ(events.Snapshot().troubles.at("markets/discover").times, 1U);
  const std::string metrics = ProcessMetrics(events.Snapshot(), "1.2");
  EXPECT_THAT(
      metrics,
      HasSubstr(
          R"(polyhouse_records_total{ingester="markets",lane="discover",outcome="changed"} 2)"));
  EXPECT_THAT(
      metrics,
      HasSubstr(
          R"(polyhouse_request_retries_total{ingester="markets",kind="transient",lane="discover"} 3)"));
}

/// A stream that can be read again ends its failure though nothing comes that could be stored.
TEST(ProcessReport, EndsTheFailureOfAnIdleStream) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);
  events.StreamRetried("trades", TransientError("refused"), milliseconds(1));
  EXPECT_FALSE(events.Snapshot().troubles.at("stream of trades").has_ended);
  events.StreamGoesOn("trades");
  EXPECT_TRUE(events.Snapshot().troubles.at("stream of trades").has_ended);
  events.ProcessorHeldUp("enrich", TransientError("refused"), milliseconds(1));
  events.ProcessorGoesOn("enrich");
  EXPECT_TRUE(events.Snapshot().troubles.at("process enrich").has_ended);
}

TEST(MergedMetrics, NamesTheProcessOfEachValueAndEachFamilyOnce) {
  const std::string one = "# HELP a Help.\n# TYPE a counter\na{x=\"1\"} 2\n";
  const std::string other =
      "# HELP a Help.\n# TYPE a counter\na 3\n# HELP b Help.\n# TYPE b gauge\nb 4\n";
  EXPECT_EQ(MergedMetrics({{"p-1", one}, {"p-2", other}, {"p-3", "damaged"}}),
            "# HELP a Help.\n# TYPE a counter\na{process=\"p-1\",x=\"1\"} 2\na{process=\"p-2\"} 3\n"
            "# HELP b Help.\n# TYPE b gauge\nb{process=\"p-2\"} 4\n");
}

TEST(MetricPage, WritesAHistogramWithAllAboveItsBounds) {
  Durations durations;
  durations.Add(milliseconds(20));
  durations.Add(std::chrono::minutes(5));
  MetricPage page;
  page.Histogram("took_seconds", "Help.", {{"of", "x"}}, durations);
  const std::string text = page.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE took_seconds histogram"));
  EXPECT_THAT(text, HasSubstr(R"(took_seconds_bucket{of="x",le="0.01"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(took_seconds_bucket{of="x",le="0.025"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(took_seconds_bucket{of="x",le="+Inf"} 2)"));
}

}  // namespace
}  // namespace polyhouse::telemetry
