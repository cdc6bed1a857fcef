#include "telemetry/log.h"

#include <gmock/gmock.h>

namespace polyhouse::telemetry {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// Everything that foreign text may try: lines of its own, formats, quotes, a terminal's commands.
const std::string kForeign("a\nb\r\nc \"quoted\" {} {0} %v %n \x1b[2J \t \\ \x7f\0 end", 44);

/// What `write` sends to standard error.
template <class Write>
std::string Captured(Write write) {
  testing::internal::CaptureStderr();
  write();
  return testing::internal::GetCapturedStderr();
}

std::string WrittenWith(LogFormat format, const std::string& message, const Facts& facts) {
  return Captured([&] { Log(Level::kInfo, format).Write(Level::kWarn, message, facts); });
}

bool HasControlBeforeItsEnd(const std::string& line) {
  return std::any_of(
      line.begin(), line.end() - 1, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

TEST(TextLog, IsOneLineWhateverTheTextsHold) {
  const std::string line = WrittenWith(LogFormat::kText, kForeign, {{"error", kForeign}});

  EXPECT_TRUE(line.ends_with('\n'));
  EXPECT_FALSE(HasControlBeforeItsEnd(line)) << line;
  EXPECT_THAT(line, HasSubstr("{} {0} %v %n"));
}

TEST(TextLog, QuotesValuesThatWouldRunTogether) {
  const std::string line =
      WrittenWith(LogFormat::kText,
                  "Message.",
                  {{"plain", "x-1"}, {"spaced", "a b"}, {"empty", ""}, {"equals", "a=b"}});

  EXPECT_THAT(line, HasSubstr(R"(Message. plain=x-1 spaced="a b" empty="" equals="a=b")"));
  EXPECT_THAT(line, ContainsRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z W "));
}

TEST(TextLog, LimitsWhatRepeatsAndSaysHowMuchWasLeftOut) {
  const std::string lines = Captured([] {
    Log log(Level::kInfo, LogFormat::kText, std::chrono::milliseconds(20));
    for (int i = 0; i < 1'000; ++i) log.Write(Level::kWarn, "Again.", {{"n", std::to_string(i)}});
    log.Write(Level::kWarn, "Another.", {});
    const auto until = SteadyNow() + std::chrono::milliseconds(20);
    while (SteadyNow() < until) {
    }
    log.Write(Level::kWarn, "Again.", {});
  });

  EXPECT_THAT(lines, HasSubstr("Again. n=29"));
  EXPECT_THAT(lines, ContainsRegex("Again. left_out=[1-9][0-9]*\n$"));
  EXPECT_THAT(lines, HasSubstr("Another."));
  EXPECT_LT(std::count(lines.begin(), lines.end(), '\n'), 1'000);
}

TEST(JsonLog, IsOneObjectALineWhateverTheTextsHold) {
  const std::string line = WrittenWith(LogFormat::kJson, kForeign, {{"error", kForeign}});

  EXPECT_TRUE(line.ends_with("\"}\n")) << line;
  EXPECT_FALSE(HasControlBeforeItsEnd(line)) << line;
  const std::string quoted = R"("a\nb\r\nc \"quoted\" {} {0} %v %n \u001b[2J \t \\ )"
                             "\x7f"
                             R"(\u0000 end")";
  EXPECT_THAT(line, HasSubstr(R"("level":"warning","message":)" + quoted + ",\"error\":" + quoted));
}

TEST(Log, LeavesOutWhatIsBelowItsThreshold) {
  const std::string text = Captured([] {
    Log log(Level::kWarn, LogFormat::kText);
    log.Write(Level::kInfo, "quiet", {});
    log.Write(Level::kWarn, "loud", {});
  });

  EXPECT_THAT(text, Not(HasSubstr("quiet")));
  EXPECT_THAT(text, HasSubstr("loud"));
}

TEST(Log, RaisesItsThresholdAndNeverLowersIt) {
  const std::string text = Captured([] {
    Log log(Level::kInfo, LogFormat::kText);
    log.RaiseThreshold(Level::kError);
    log.RaiseThreshold(Level::kDebug);
    log.Write(Level::kWarn, "quiet", {});
    log.Write(Level::kError, "loud", {});
  });

  EXPECT_THAT(text, Not(HasSubstr("quiet")));
  EXPECT_THAT(text, HasSubstr("loud"));
}

}  // namespace
}  // namespace polyhouse::telemetry
