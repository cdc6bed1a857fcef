#include <algorithm>
#include <limits>
#include <random>

#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

/// Streams with ids from one end of what Redis allows to the other. A double holds 53 bits of them.
class RedisIds : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (!IsSkipped()) redis_ = Shared().options();
  }

  std::uint64_t Part() {
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    const std::vector<std::uint64_t> near = {
        0, 9, 99, 1ULL << 53U, 1ULL << 63U, kMax - 99, kMax, 1'790'000'000'000};
    const std::uint64_t at = near[random_() % near.size()];
    const std::uint64_t off = random_() % 3;
    return at > kMax - off ? at - off : at + off;
  }
  EntryId Id() {
    EntryId id{Part(), Part()};
    if (id == EntryId{}) id.low = 1;
    return id;
  }

  /// A stream of entries with these ids, each with its id for its data.
  std::vector<EntryId> MakeStream(std::size_t size) {
    std::vector<EntryId> ids;
    for (std::size_t i = 0; i < size; ++i) ids.push_back(Id());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> command = {
        "EVAL",
        "redis.call('DEL', KEYS[1]) for _, id in ipairs(ARGV) do redis.call('XADD', KEYS[1], id, "
        "'data', id) end",
        "1",
        kStream};
    for (const EntryId& id : ids) command.push_back(ToString(id));
    Shared().Ask(command);
    return ids;
  }
  /// The ids that are in the stream now.
  std::vector<std::string> Left() {
    const std::string all = Shared().Ask(
        {"EVAL",
         "local ids = {} for _, e in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do ids[#ids + "
         "1] = e[1] end return table.concat(ids, ' ')",
         "1",
         kStream});
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < all.size();) {
      const auto end = std::min(all.find_first_of(" \n", at), all.size());
      if (end > at) ids.push_back(all.substr(at, end - at));
      at = end + 1;
    }
    return ids;
  }
  /// A group reads so many entries and acknowledges some. Returns the first that it still needs.
  std::optional<EntryId> WorkOff(const std::string& group,
                                 const std::vector<EntryId>& ids,
                                 std::size_t read) {
    auto options = ReaderOptions(redis_);
    options.group = GroupName(group);
    const auto reader = OpenRedisStreamReader(options).value();
    std::vector<Entry> entries;
    while (entries.size() < read) {
      auto more = ValueOf(reader->Read({.entries = read - entries.size()}, {}, {}));
      if (more.empty()) break;
      entries.insert(entries.end(), more.begin(), more.end());
    }
    EXPECT_EQ(entries.size(), read);
    std::optional<EntryId> first;
    if (read < ids.size()) first = ids[read];
    std::vector<EntryId> done;
    for (std::size_t i = entries.size(); i-- > 0;) {
      EXPECT_EQ(entries[i].id, ids[i]);
      EXPECT_EQ(entries[i].data, ToString(ids[i]));
      if (random_() % 4 == 0) {
        first = ids[i];
      } else {
        done.push_back(ids[i]);
      }
    }
    EXPECT_THAT(reader->Ack(done, {}), IsOk());
    return first;
  }

  RedisOptions redis_;
  std::mt19937_64 random_{20'261'126};
};

TEST_F(RedisIds, TrimsExactlyWhatEveryGroupHasAcknowledgedWhateverTheIds) {
  for (int round = 0; round < 25; ++round) {
    const auto ids = MakeStream(1 + random_() % 24);
    const auto one = WorkOff("one", ids, random_() % (ids.size() + 1));
    const auto two = WorkOff("two", ids, random_() % (ids.size() + 1));
    std::vector<std::string> needed;
    for (const EntryId& id : ids) {
      if ((one && id >= *one) || (two && id >= *two)) needed.push_back(ToString(id));
    }

    ASSERT_THAT(Admin(redis_)->Trim(StreamName(kStream)), IsOk());

    EXPECT_EQ(Left(), needed) << "round " << round;
  }
}

TEST_F(RedisIds, MakesAGroupAfterThePositionThatWasKeptWhateverTheIds) {
  for (int round = 0; round < 25; ++round) {
    const auto ids = MakeStream(1 + random_() % 8);
    const EntryId committed = random_() % 2 == 0 ? ids[random_() % ids.size()] : Id();
    std::vector<EntryId> created;
    std::vector<EntryId> lost;
    auto options = ReaderOptions(redis_);
    options.committed = [&] { return Result<std::optional<EntryId>>(committed); };
    options.on_group_created = [&](const EntryId& id) { created.push_back(id); };
    options.on_position_lost = [&](const EntryId& id) { lost.push_back(id); };

    const auto reader = OpenRedisStreamReader(options).value();

    const bool is_there = committed <= ids.back();
    ASSERT_EQ(created.size(), 1U);
    EXPECT_EQ(created[0], is_there ? committed : EntryId{}) << ToString(committed);
    EXPECT_EQ(lost.size(), is_there ? 0U : 1U);
    EXPECT_EQ(ValueOf(Admin(redis_)->LowWaterMark(StreamName(kStream), GroupName(kGroup))),
              created[0]);
  }
}

}  // namespace
}  // namespace polyhouse
