#include "flow/write/stream_trimmer.h"

#include "support/result_matchers.h"
#include "support/scratch_streams.h"

namespace polyhouse {
namespace {

const StreamName kStream("stream:test");
const GroupName kGroup("group");

/// Keeps positions in memory, and how many entries the stream held at each save.
class FakePositions final : public PositionStore {
 public:
  explicit FakePositions(const ScratchStreams& streams) : streams_(streams) {}

  Result<std::optional<EntryId>> Load(const StreamName&, const GroupName&) override {
    if (saved.empty()) return std::optional<EntryId>();
    return std::optional(saved.back());
  }
  Status Save(const StreamName& stream, const GroupName&, const EntryId& position) override {
    lengths.push_back(streams_.OverviewOf(stream.value()).length);
    if (failing) return TransientError("the tables are away");
    saved.push_back(position);
    return Ok();
  }

  bool failing = false;
  std::vector<EntryId> saved;
  std::vector<std::uint64_t> lengths;

 private:
  const ScratchStreams& streams_;
};

class StreamTrimmerTest : public testing::Test {
 protected:
  /// Appends three entries and acknowledges the first two.
  void SetUp() override {
    ASSERT_THAT(streams_.OpenWriter()->Append(
                    {.stream = kStream, .entries = {{"1", ""}, {"2", ""}, {"3", ""}}}),
                IsOk());
    const auto reader = streams_.OpenReader(kStream.value(), kGroup.value());
    const auto entries = ValueOf(reader->Read({}, {}, {}));
    second_ = entries.at(1).id;
    ASSERT_THAT(reader->Ack(std::vector{entries[0].id, second_}, {}), IsOk());
  }
  /// A trimmer that ends at once trims once.
  void TrimOnce(PositionStore* positions) {
    StreamTrimmer(*admin_, {kStream, kGroup, positions}, events_);
  }

  FakeClock clock_;
  ScratchStreams streams_{clock_};
  std::unique_ptr<StreamAdmin> admin_ = streams_.OpenAdmin();
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kText};
  telemetry::PipelineEvents events_{log_};
  FakePositions positions_{streams_};
  EntryId second_;
};

TEST_F(StreamTrimmerTest, SavesHowFarTheGroupHasGotBeforeItTrims) {
  TrimOnce(&positions_);

  EXPECT_THAT(positions_.saved, testing::ElementsAre(second_));
  EXPECT_THAT(positions_.lengths, testing::ElementsAre(3U));
  EXPECT_EQ(streams_.OverviewOf(kStream.value()).length, 1U);
}

TEST_F(StreamTrimmerTest, TrimsAlsoWhenThePositionCannotBeSaved) {
  positions_.failing = true;

  TrimOnce(&positions_);

  EXPECT_THAT(positions_.lengths, testing::SizeIs(1));
  EXPECT_EQ(streams_.OverviewOf(kStream.value()).length, 1U);
}

TEST_F(StreamTrimmerTest, TrimsWithoutAPlaceForPositions) {
  TrimOnce(nullptr);

  EXPECT_EQ(streams_.OverviewOf(kStream.value()).length, 1U);
}

}  // namespace
}  // namespace polyhouse
