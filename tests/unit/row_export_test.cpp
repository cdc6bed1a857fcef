#include "exports/row_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "codec/export_manifest.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

/// A database that answers one export with these bytes, and counts with these answers.
class FakeResult final : public ResultReader {
 public:
  FakeResult(std::string bytes, std::deque<std::string> counts)
      : bytes_(std::move(bytes)), counts_(std::move(counts)) {}

  Result<std::string> Fetch(std::string_view, std::stop_token) override {
    if (counts_.empty()) return RejectedError("nothing more is counted");
    auto count = counts_.front();
    counts_.pop_front();
    return count;
  }
  Status Stream(std::string_view,
                const Settings&,
                const std::function<bool(std::string_view)>& on_bytes,
                std::stop_token) override {
    (void)on_bytes(bytes_);
    return status;
  }

  Status status;

 private:
  std::string bytes_;
  std::deque<std::string> counts_;
};

class FakeSink final : public ByteSink {
 public:
  Status Write(std::string_view bytes) override {
    text += bytes;
    return status;
  }
  Status Finish() override {
    is_finished = true;
    return Ok();
  }

  std::string text;
  Status status;
  bool is_finished = false;
};

constexpr FileKind kCsv{ExportFormat::kCsv, FileCoding::kNone};

Result<RowFacts> Export(FakeResult& tables, FakeSink& sink) {
  ExportGauge gauge;
  const auto before = CountRows({}, tables, {});
  return ExportRows({}, *before, kCsv, tables, sink, gauge, {});
}

TEST(ExportRows, IsWholeWhenTheDatabaseCountsAsMany) {
  FakeResult tables("\"a\"\n1\n2\n", {"2\t2026-11-26 00:00:00.000\t2026-11-26 01:00:00.000\t3\n"});
  FakeSink sink;

  const auto facts = Export(tables, sink);

  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(*facts, (RowFacts{2, "2026-11-26T00:00:00.000Z", "2026-11-26T01:00:00.000Z", 3}));
  EXPECT_EQ(sink.text, "\"a\"\n1\n2\n");
  EXPECT_TRUE(sink.is_finished);
}

TEST(ExportRows, IsWholeWhileRowsComeOrGo) {
  for (const auto& counts : {std::deque<std::string>{"1\t\t\t0\n", "2\t\t\t0\n"},
                             {"1\t\t\t0\n", "3\t\t\t0\n"},
                             {"4\t\t\t0\n", "1\t\t\t0\n"}}) {
    FakeResult tables("\"a\"\n1\n2\n", counts);
    FakeSink sink;
    const auto facts = Export(tables, sink);
    ASSERT_THAT(facts, IsOk());
    EXPECT_EQ(facts->rows, 2U);
  }
}

TEST(ExportRows, IsNotWholeWhenRowsAreMissing) {
  for (const auto& counts : {std::deque<std::string>{"3\t\t\t0\n", "3\t\t\t0\n"},
                             {"3\t\t\t0\n", "4\t\t\t0\n"},
                             {"0\t\t\t0\n", "1\t\t\t0\n"}}) {
    FakeResult tables("\"a\"\n1\n2\n", counts);
    FakeSink sink;
    EXPECT_THAT(Export(tables, sink),
                HasError(ErrorKind::kTransient, "the result has 2 rows, but the database counts"));
  }
}

TEST(ExportRows, IsNotWholeWhenTheResultBreaksOff) {
  FakeResult cut("\"a\"\n1\n2", {"2\t\t\t0\n"});
  FakeSink sink;
  EXPECT_THAT(Export(cut, sink), HasError(ErrorKind::kTransient, "breaks off"));

  FakeResult failed("\"a\"\n1\n2\n", {"2\t\t\t0\n"});
  failed.status = RejectedError("Code: 395. half-way");
  EXPECT_THAT(Export(failed, sink), HasError(ErrorKind::kRejected, "half-way"));
}

TEST(ExportRows, SaysWhyTheSinkTakesNoMore) {
  FakeResult tables("\"a\"\n1\n2\n", {"2\t\t\t0\n"});
  tables.status = TransientError("given up");
  FakeSink sink;
  sink.status = ConfigError("the disk is full");
  EXPECT_THAT(Export(tables, sink), HasError(ErrorKind::kConfig, "the disk is full"));
}

TEST(ExportManifest, IsReadAsItIsWritten) {
  ExportManifest manifest{.program = "1.2.3",
                          .schema = "0013_x",
                          .source = "SELECT \"a\"\n",
                          .sql = "SELECT * FROM (\nSELECT \"a\"\n)",
                          .format = "csv.gz",
                          .time_column = "t",
                          .since = "2026-11-01T00:00:00.000Z",
                          .partition = "day",
                          .written_at = "2026-11-27T00:00:00.000Z",
                          .is_complete = true};
  manifest.files = {{"date=2026-11-02/part.csv.gz", 3, 99, "00ff", "b", "c", 7},
                    {"date=2026-11-01/part.csv.gz", 4, 98, "11ff", "a", "b", 6},
                    {"date=2026-11-03/part.csv.gz"}};

  const std::string text = ManifestText(manifest);
  const auto read = ReadManifest(text);

  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(ManifestText(*read), text);
  EXPECT_THAT(text,
              testing::HasSubstr("\"rows\": 7,\n  \"min_time\": \"a\",\n  \"max_time\": "
                                 "\"c\",\n"));
  for (const char* other : {"", "[]", "{", "{\"files\": 1}"}) {
    EXPECT_THAT(ReadManifest(other), testing::Not(IsOk())) << other;
  }
}

}  // namespace
}  // namespace polyhouse
