#include <gtest/gtest.h>

#include <filesystem>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

TEST(RecordedWorld, EveryColumnOfEveryRowIsWhatSqlJsonFunctionsSay) {
  const std::string recordings = RECORDINGS_DIR;
  if (!std::filesystem::exists(recordings + "/gamma_markets")) {
    GTEST_SKIP() << "There are no recordings in " << recordings
                 << "; this test compares real API responses.";
  }
  const ScratchDir dir;
  const Simulator simulator({"--recordings", recordings});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());

  // Far from UTC, where a local time anywhere would show.
  const RunResult up = RunToEnd(polyhouse.Command({"up", "--once"}), {"TZ=Asia/Tokyo"});
  ASSERT_EQ(up.exit_code, 0) << up.err;

  const TruthTables truth(polyhouse);
  truth.LoadRecordings(recordings);
  EXPECT_EQ(truth.Differences(), "");
  EXPECT_EQ(polyhouse.Query("SELECT count() > 2000 FROM truth.markets"), "1");
}

}  // namespace
}  // namespace polyhouse
