#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

class EngineMemoryTest : public EngineTest {
 protected:
  void SetUp() override { StartEngine({"--engine-memory", "600MB"}); }

  /// Asks for about 2 GB in one state.
  HttpAnswer RunHungryQuery() const {
    return client().Post("/", "SELECT length(groupArray(toString(number))) FROM numbers(30000000)");
  }
};

TEST_F(EngineMemoryTest, RefusesQueriesThatAreTooHungry) {
  EXPECT_THAT(RunHungryQuery(), IsEngineError(500, 241));

  EXPECT_EQ(client().Query("SELECT count() FROM numbers(1000000)"), "1000000\n");
}

TEST_F(EngineMemoryTest, LeavesRoomBesideAHungryQuery) {
  EXPECT_THAT(RunHungryQuery().body, testing::Not(testing::HasSubstr("(total)")));
}

TEST_F(EngineMemoryTest, KeepsTheProcessUnderTheLimit) {
  const std::uint64_t idle = engine().StatusKilobytes("VmRSS");
  for (int i = 0; i < 3; ++i) RunHungryQuery();

  EXPECT_LT(engine().StatusKilobytes("VmHWM"), idle + (std::uint64_t{700} << 10));
}

TEST_F(EngineMemoryTest, HoldsForEveryQueryWhateverItsSettings) {
  EXPECT_THAT(client().Post(Target({{"max_memory_usage", "0"}}),
                            "SELECT length(groupArray(toString(number))) FROM numbers(30000000)"),
              IsEngineError(500, 241));
}

}  // namespace
}  // namespace polyhouse::engine
