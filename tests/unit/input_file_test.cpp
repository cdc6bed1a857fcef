#include "adapters/files/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "support/child_process.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

Result<std::string> Content(const std::string& path) {
  const auto file = OpenInputFile(path);
  if (!file) return file.error();
  std::string text;
  std::array<char, 777> piece{};
  for (;;) {
    const auto got = (*file)->Read(piece);
    if (!got) return got.error();
    if (*got == 0) return text;
    text.append(piece.data(), *got);
  }
}

class InputFile : public testing::TestWithParam<const char*> {
 protected:
  /// The text, compressed by the parameter.
  std::string Compressed(const std::string& name, const std::string& text) {
    WriteFile(dir_ / name, text);
    const std::string path = dir_ / (name + ".compressed");
    RunToEnd({"sh", "-c", std::string(GetParam()) + " -c " + (dir_ / name) + " > " + path});
    return path;
  }

  ScratchDir dir_;
  std::string text_ = [] {
    std::string text;
    for (std::uint64_t i = 0; i < 100'000; ++i) text += std::to_string(i * i) + "\n";
    return text;
  }();
};

TEST_P(InputFile, HoldsWhatWasCompressed) {
  EXPECT_EQ(Content(Compressed("one", text_)).value(), text_);
  EXPECT_EQ(Content(Compressed("empty", "")).value(), "");
}

TEST_P(InputFile, MayBeSeveralStreams) {
  const std::string one = Compressed("one", text_);
  const std::string two = Compressed("two", "end\n");
  WriteFile(dir_ / "both", ReadFile(one) + ReadFile(two));

  EXPECT_EQ(Content(dir_ / "both").value(), text_ + "end\n");
}

TEST_P(InputFile, IsAnErrorWhenItIsCutOffOrDamaged) {
  std::string bytes = ReadFile(Compressed("one", text_));
  WriteFile(dir_ / "cut", bytes.substr(0, bytes.size() / 2));
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 50; ++i) bytes[i] ^= 0x55;
  WriteFile(dir_ / "damaged", bytes);

  EXPECT_THAT(Content(dir_ / "cut"), HasError(ErrorKind::kMalformed));
  EXPECT_THAT(Content(dir_ / "damaged"), HasError(ErrorKind::kMalformed));
}

INSTANTIATE_TEST_SUITE_P(Each, InputFile, testing::Values("gzip", "zstd -q", "xz"));

}  // namespace
}  // namespace polyhouse
