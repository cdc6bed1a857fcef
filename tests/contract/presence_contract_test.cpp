#include <filesystem>

#include "adapters/files/presence_files.h"
#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

using Sign = PresenceStore::Sign;
using testing::ElementsAre;
using testing::IsEmpty;

/// "role doing", with "ended" before it, in the order of their names.
std::vector<std::string> Known(PresenceStore& store) {
  const auto roles = store.All();
  EXPECT_THAT(roles, IsOk());
  std::vector<std::string> known;
  for (const RolePresence& role : *roles) {
    EXPECT_LT(role.age, std::chrono::minutes(1)) << role.role;
    known.push_back((role.has_ended ? "ended " : "") + role.role + ": " + role.doing);
  }
  std::sort(known.begin(), known.end());
  return known;
}

void KeepsTheLastSignOfEachRole(PresenceStore& store) {
  EXPECT_THAT(Known(store), IsEmpty());
  ASSERT_THAT(store.Leave("ingest-markets", Sign::kAlive, "1 page, \"x\""), IsOk());
  ASSERT_THAT(store.Leave("ingest-markets", Sign::kAlive, "2 pages"), IsOk());
  ASSERT_THAT(store.Leave("write:one", Sign::kAlive, ""), IsOk());
  EXPECT_THAT(Known(store), ElementsAre("ingest-markets: 2 pages", "write:one: "));
  ASSERT_THAT(store.Leave("write:one", Sign::kEnded, "9 rows"), IsOk());
  EXPECT_THAT(Known(store), ElementsAre("ended write:one: 9 rows", "ingest-markets: 2 pages"));
}

TEST(PresenceFiles, KeepTheLastSignOfEachRole) {
  const ScratchDir dir;
  KeepsTheLastSignOfEachRole(*OpenPresenceFiles(dir / "presence"));
}

TEST(PresenceFiles, TakeASignOfBeforeTheMachineStartedForNone) {
  const ScratchDir dir;
  const auto store = OpenPresenceFiles(dir.path());
  WriteFile(dir / "ingest-events", "99999999999999 alive 7 pages\n");
  WriteFile(dir / "ingest-markets", "no number\n");

  EXPECT_THAT(Known(*store), IsEmpty());
}

class PresenceRedis : public RedisTest {};

TEST_F(PresenceRedis, KeepsTheLastSignOfEachRole) {
  KeepsTheLastSignOfEachRole(*OpenRedisPresence(Shared().options("presence-test:")));
}

TEST_F(PresenceRedis, ForgetsSignsOfAWeekAgo) {
  const auto options = Shared().options("presence-old:");
  const auto store = OpenRedisPresence(options);
  Shared().Ask({"HSET", "presence-old:presence", "write:gone", "1700000000000 alive 3 rows"});
  ASSERT_THAT(store->Leave("write:here", Sign::kAlive, "1 row"), IsOk());

  EXPECT_THAT(Known(*store), ElementsAre("write:here: 1 row"));
}

}  // namespace
}  // namespace polyhouse
