#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// Runs a shell script in a mount namespace of its own, so that it may mount a small or read-only
/// disk.
RunResult RunWithMounts(const std::string& script) {
  return RunToEnd({"unshare", "-rm", "bash", "-ec", script});
}

bool CanMount(const ScratchDir& dir) {
  return RunWithMounts("mount -t tmpfs none " + dir.path()).exit_code == 0;
}

std::string Quoted(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += "'" + word + "' ";
  return text;
}

TEST(Disk, ReadOnlyDataDirectoryIsRefusedWithASentence) {
  const ScratchDir dir;
  if (!CanMount(dir))
    GTEST_SKIP() << "This needs user namespaces (unshare -rm) to mount a read-only disk.";
  const Polyhouse polyhouse(dir / "data");
  const RunResult result = RunWithMounts("mount -t tmpfs -o ro none " + dir.path() + "; " +
                                         Quoted(polyhouse.Command({"up"})));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("Read-only file system"));
  EXPECT_THAT(result.err, HasSubstr("--data-dir"));
}

TEST(Disk, FullDiskIsSaidAndWhenThereIsRoomAgainNothingIsMissing) {
  const ScratchDir dir;
  if (!CanMount(dir))
    GTEST_SKIP() << "This needs user namespaces (unshare -rm) to mount a small disk.";
  const Simulator simulator({"--markets", "8000", "--seed", "9"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  const auto up = Quoted(polyhouse.Command(
      {"up", "--once", "--gamma-give-up-after", "2s", "--gamma-retry-base", "20ms"}));
  const auto query =
      Quoted(polyhouse.Command({"query", "SELECT count(), uniqExact(id) FROM markets_current"}));
  const RunResult result = RunWithMounts(
      "mount -t tmpfs -o size=12m none " + dir.path() + "; " + up + " && exit 9; echo failed=$?; " +
      "mount -o remount,size=2g " + dir.path() + "; " + up + "; " + query);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("failed=1")) << result.err;
  EXPECT_THAT(result.out, HasSubstr("8000\t8000")) << result.err;
  EXPECT_THAT(result.err,
              testing::AnyOf(
                  HasSubstr("is full"), HasSubstr("No space left"), HasSubstr("NOT_ENOUGH_SPACE")));
}

}  // namespace
}  // namespace polyhouse
