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

TEST_F(EngineMemoryTest, HoldsADocumentOnlyWhileItIsMade) {
  // 1.3 GB, which as a whole would be refused.
  std::size_t received = 0;
  const auto answer = client().PostAndReceive(
      Target({{"output_format_arrow_compression_method", "none"}}),
      "SELECT leftPad(toString(number), 60, 'x') FROM numbers(20000000) FORMAT Arrow",
      [&](std::string_view piece) {
        received += piece.size();
        return true;
      });

  EXPECT_TRUE(answer.complete) << answer.body;
  EXPECT_GT(received, 1'200'000'000);
}

TEST_F(EngineMemoryTest, HoldsForEveryQueryWhateverItsSettings) {
  EXPECT_THAT(client().Post(Target({{"max_memory_usage", "0"}}),
                            "SELECT length(groupArray(toString(number))) FROM numbers(30000000)"),
              IsEngineError(500, 241));
}

}  // namespace
}  // namespace polyhouse::engine
