#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "app/doctor/checkup.h"
#include "app/doctor/judgements.h"
#include "app/doctor/setting_checks.h"
#include "schema/migration_text.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint64_t kMegabyte = 1UL << 20U;
constexpr std::uint64_t kGigabyte = 1UL << 30U;

TEST(Checkup, AFixStandsBelowWhatItMendsAndNowhereElse) {
  const Checkups checkups = {Passed("disk", "70 GB free"),
                             Failed("redis policy", "allkeys-lru", "Set noeviction.")};

  EXPECT_EQ(TextOf(checkups),
            "pass  disk          70 GB free\n"
            "fail  redis policy  allkeys-lru\n"
            "                    Set noeviction.\n"
            "\n"
            "1 failed, 0 warned and 1 passed; what to do stands below each.\n");
  EXPECT_EQ(TextOf(std::span(checkups).first(1)),
            "pass  disk  70 GB free\n\nAll is well: 1 checks passed.\n");
}

TEST(Checkup, JsonHasCountsAndEveryCheck) {
  const Checkups checkups = {Warned("a", "said \"no\"", "Do.")};

  EXPECT_EQ(
      JsonOf(checkups),
      R"({"verdict":"warn","pass":0,"warn":1,"fail":0,"checks":[{"name":"a","verdict":"warn",)"
      R"("found":"said \"no\"","fix":"Do."}],"summary":)"
      R"("0 failed, 1 warned and 0 passed; what to do stands below each."})");
}

TEST(Checkup, TheWorstCounts) {
  const Checkups checkups = {Failed("a", "", ""), Warned("b", "", ""), Passed("c", "")};
  EXPECT_EQ(WorstOf(checkups), Verdict::kFail);
  EXPECT_EQ(WorstOf(std::span(checkups).subspan(1)), Verdict::kWarn);
  EXPECT_EQ(WorstOf(std::span(checkups).subspan(2)), Verdict::kPass);
}

TEST(Checkup, SecretsAreBlottedOutWhoeverRepeatsThem) {
  Checkups checkups = {Failed("a", "no user x:hunter2, hunter2", "Not hunter2.")};
  const std::vector<std::string> secrets = {"hunter2", "a"};

  Blot(checkups, secrets);

  EXPECT_EQ(checkups[0].found, "no user x:***, ***");
  EXPECT_EQ(checkups[0].fix, "Not ***.");
}

TEST(Checkup, TimeThatIsUpIsSaid) {
  EXPECT_EQ(FailedBy("a", StoppingError(), "").found, "no answer in time");
}

Verdict ClockVerdict(std::int64_t skew_ms) {
  return JudgeClock("clock", "its", milliseconds(skew_ms)).verdict;
}

TEST(DoctorJudges, ClocksByHowFarTheyAreApartEitherWay) {
  EXPECT_EQ(ClockVerdict(0), Verdict::kPass);
  EXPECT_EQ(ClockVerdict(-5'000), Verdict::kPass);
  EXPECT_EQ(ClockVerdict(5'001), Verdict::kWarn);
  EXPECT_EQ(ClockVerdict(-60'000), Verdict::kWarn);
  EXPECT_EQ(ClockVerdict(60'001), Verdict::kFail);
  const Checkup behind = JudgeClock("clock", "its", milliseconds(-3'600'000));
  EXPECT_EQ(behind.found, "its clock is 60 min behind ours");
  EXPECT_THAT(behind.fix, HasSubstr("timedatectl set-ntp true"));
}

TEST(DoctorJudges, OpenFiles) {
  EXPECT_EQ(JudgeDescriptors(1'024, 4'096).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeDescriptors(1'023, 4'096).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeDescriptors(255, 255).verdict, Verdict::kFail);
  EXPECT_THAT(JudgeDescriptors(255, 255).fix, HasSubstr("ulimit -n"));
}

TEST(DoctorJudges, RoomOnTheDisk) {
  const auto verdict = [](const DiskRoom& room) { return JudgeDisk("/d", room).verdict; };
  EXPECT_EQ(verdict({.free_bytes = 10 * kGigabyte}), Verdict::kPass);
  EXPECT_EQ(verdict({.free_bytes = 10 * kGigabyte - 1}), Verdict::kWarn);
  EXPECT_EQ(verdict({.free_bytes = kGigabyte - 1}), Verdict::kFail);
  EXPECT_EQ(verdict({.free_bytes = 100 * kGigabyte, .files = 1'000'000, .free_files = 10}),
            Verdict::kFail);
  EXPECT_EQ(verdict({.free_bytes = 100 * kGigabyte, .read_only = true}), Verdict::kFail);
  EXPECT_THAT(JudgeDisk("/d", {.free_bytes = 1'500 * kMegabyte}).found, "1.4 GB free at /d");
}

TEST(DoctorJudges, FileSystemsWithoutLocks) {
  EXPECT_EQ(JudgeFileSystem("/d", 0xEF53).verdict, Verdict::kPass);  // ext4
  for (const std::uint64_t type : {0x6969UL, 0xFE534D42UL, 0xFF534D42UL, 0x517BUL, 0x01021997UL}) {
    EXPECT_EQ(JudgeFileSystem("/d", type).verdict, Verdict::kFail) << type;
  }
}

TEST(DoctorJudges, MemoryByWhatTheEngineMayTake) {
  const auto verdict = [](std::uint64_t total, std::uint64_t available, std::uint64_t engine) {
    return JudgeMemory({total, available}, engine).verdict;
  };
  EXPECT_EQ(verdict(8 * kGigabyte, 6 * kGigabyte, 4 * kGigabyte), Verdict::kPass);
  EXPECT_EQ(verdict(4 * kGigabyte, 3 * kGigabyte, 4 * kGigabyte), Verdict::kWarn);
  EXPECT_EQ(verdict(4 * kGigabyte, 3 * kGigabyte, 3 * kGigabyte), Verdict::kPass);
  EXPECT_EQ(verdict(4 * kGigabyte, 900 * kMegabyte, 0), Verdict::kWarn);
  EXPECT_EQ(verdict(4 * kGigabyte, 200 * kMegabyte, 0), Verdict::kFail);
  EXPECT_THAT(JudgeMemory({4 * kGigabyte, 3 * kGigabyte}, 5 * kGigabyte).fix,
              HasSubstr("--engine-memory=2GB"));
}

TEST(DoctorJudges, RedisMemoryByItsLimitOrItsMachine) {
  const auto verdict = [](std::uint64_t used, std::uint64_t most, std::uint64_t machine) {
    return JudgeRedisMemory(used, most, machine).verdict;
  };
  EXPECT_EQ(verdict(70, 100, 0), Verdict::kPass);
  EXPECT_EQ(verdict(75 * kMegabyte, 100 * kMegabyte, 0), Verdict::kWarn);
  EXPECT_EQ(verdict(96 * kMegabyte, 100 * kMegabyte, 0), Verdict::kFail);
  EXPECT_EQ(verdict(50 * kMegabyte, 0, 100 * kMegabyte), Verdict::kPass);
  EXPECT_EQ(verdict(81 * kMegabyte, 0, 100 * kMegabyte), Verdict::kWarn);
  EXPECT_EQ(verdict(81 * kMegabyte, 0, 0), Verdict::kPass);
  // More than there could ever be does not overflow.
  EXPECT_EQ(verdict(1, std::numeric_limits<std::uint64_t>::max(), 0), Verdict::kPass);
}

TEST(DoctorJudges, PartsByWhatTheServerBears) {
  const auto verdict = [](std::uint64_t parts) {
    return JudgeParts({"trades", "202601", parts, 1'000, 3'000}).verdict;
  };
  EXPECT_EQ(verdict(0), Verdict::kPass);
  EXPECT_EQ(verdict(299), Verdict::kPass);
  EXPECT_EQ(verdict(300), Verdict::kWarn);
  EXPECT_EQ(verdict(3'000), Verdict::kFail);
  EXPECT_EQ(JudgeParts({"trades", "202601", 150, 100, 3'000}).verdict, Verdict::kWarn);
}

TEST(DoctorJudges, HowOldANodesNewestBlockIs) {
  const auto verdict = [](std::int64_t age_ms) {
    return JudgeHead("node 1", "a", 5, milliseconds(age_ms)).verdict;
  };
  EXPECT_EQ(verdict(-1'000), Verdict::kPass);
  EXPECT_EQ(verdict(60'000), Verdict::kPass);
  EXPECT_EQ(verdict(60'001), Verdict::kWarn);
  EXPECT_EQ(verdict(600'001), Verdict::kFail);
}

TEST(DoctorJudges, ReadsASettingOfATableAndNoneThatEndsLikeIt) {
  constexpr std::string_view kDefinition =
      "MergeTree ORDER BY id SETTINGS index_granularity = 8192, "
      "non_replicated_deduplication_window = 1000";
  EXPECT_EQ(TableSettingIn(kDefinition, "non_replicated_deduplication_window"), 1'000);
  EXPECT_EQ(TableSettingIn(kDefinition, "replicated_deduplication_window"), std::nullopt);
}

/// Otherwise the check would pass whatever a table has.
TEST(DoctorJudges, TheDefinitionsOfTablesSayTheirWindow) {
  for (const char* table : {"markets", "trades", "order_fills", "ingest_ledger"}) {
    EXPECT_EQ(TableSettingIn(LastTableStatement(table), "non_replicated_deduplication_window"),
              1'000)
        << table;
  }
}

TEST(DoctorSecrets, AreThoseOfPasswordsAndOfUrls) {
  Config config;
  config.redis_url = Secret("redis://user:pa%21s@h:6379/0");
  config.clickhouse_password = Secret("clicks");
  config.rpc_url = Secret("https://node.example/v2/0123456789abcdef,http://to-ken@127.0.0.1:9/k1");

  EXPECT_THAT(
      SecretsOf(config),
      testing::IsSupersetOf({"pa!s", "pa%21s", "clicks", "/v2/0123456789abcdef", "/k1", "to-ken"}));
  EXPECT_THAT(SecretsOf(Config()), IsEmpty());
}

}  // namespace
}  // namespace polyhouse
