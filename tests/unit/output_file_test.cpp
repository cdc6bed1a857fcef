#include "adapters/files/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <filesystem>

#include "support/child_process.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using Existing = OutputFile::Existing;

TEST(OutputFile, HasItsNameWhenItIsWhole) {
  const ScratchDir dir;
  const std::string path = dir / "file";
  auto file = OutputFile::Create(path, Existing::kRefuse).value();
  ASSERT_THAT(file->Write("one "), IsOk());
  ASSERT_THAT(file->Write("two"), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(std::filesystem::exists(path + ".partial"));

  ASSERT_THAT(file->Commit(), IsOk());

  EXPECT_EQ(ReadFile(path), "one two");
  EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
  EXPECT_EQ(file->bytes(), 7U);
  // printf 'one two' | xxh128sum
  EXPECT_EQ(file->hash(), "0e8fa0ea5fd6fe4ce8eb1460b6a93ffe");
}

TEST(OutputFile, LeavesNothingWithoutCommit) {
  const ScratchDir dir;
  {
    auto file = OutputFile::Create(dir / "file", Existing::kRefuse).value();
    ASSERT_THAT(file->Write("one"), IsOk());
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(OutputFile, TakesOverWhatAKilledProcessHasLeft) {
  const ScratchDir dir;
  WriteFile(dir / "file.partial", "much that was written before");
  auto file = OutputFile::Create(dir / "file", Existing::kRefuse).value();
  ASSERT_THAT(file->Write("new"), IsOk());
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_EQ(ReadFile(dir / "file"), "new");
}

TEST(OutputFile, RefusesWhatIsThere) {
  const ScratchDir dir;
  WriteFile(dir / "file", "old");
  EXPECT_THAT(OutputFile::Create(dir / "file", Existing::kRefuse),
              HasError(ErrorKind::kConfig, "--force"));
  EXPECT_THAT(OutputFile::Create(dir.path(), Existing::kReplace),
              HasError(ErrorKind::kConfig, "is a directory"));

  // Also when it has come meanwhile.
  auto file = OutputFile::Create(dir / "second", Existing::kRefuse).value();
  WriteFile(dir / "second", "somebody else's");
  EXPECT_THAT(file->Commit(), HasError(ErrorKind::kConfig, "--force"));
  EXPECT_EQ(ReadFile(dir / "second"), "somebody else's");

  auto other = OutputFile::Create(dir / "file", Existing::kReplace).value();
  EXPECT_EQ(ReadFile(dir / "file"), "old");
  ASSERT_THAT(other->Commit(), IsOk());
  EXPECT_EQ(ReadFile(dir / "file"), "");
}

TEST(OutputFile, IsWrittenByOneAtATime) {
  const ScratchDir dir;
  const auto file = OutputFile::Create(dir / "file", Existing::kRefuse).value();
  EXPECT_THAT(OutputFile::Create(dir / "file", Existing::kRefuse),
              HasError(ErrorKind::kConfig, "another process is writing"));
}

TEST(OutputFile, SaysWhatIsInTheWay) {
  const ScratchDir dir;
  EXPECT_THAT(OutputFile::Create(dir / "no/file", Existing::kRefuse),
              HasError(ErrorKind::kConfig, "make its folder first"));
  // A device that is always full, which only root can make.
  if (mknod((dir / "full.partial").c_str(), S_IFCHR | 0666, makedev(1, 7)) == 0) {
    const auto full = OutputFile::Create(dir / "full", Existing::kRefuse);
    if (full) {
      EXPECT_THAT((*full)->Write("x"), HasError(ErrorKind::kConfig, "make room"));
    }
  }
}

/// In a folder of many, another user may have put a link there that leads to a file of ours.
TEST(OutputFile, FollowsNoLink) {
  const ScratchDir dir;
  WriteFile(dir / "victim", "precious");
  std::filesystem::create_symlink(dir / "victim", dir / "file.partial");

  EXPECT_FALSE(OutputFile::Create(dir / "file", Existing::kRefuse));

  EXPECT_EQ(ReadFile(dir / "victim"), "precious");
}

class Compressor : public testing::TestWithParam<std::pair<FileCoding, const char*>> {};

TEST_P(Compressor, MakesWhatItsToolReads) {
  const ScratchDir dir;
  std::string text;
  for (std::uint64_t i = 0; i < 300'000; ++i) text += std::to_string(i * i) + "\n";
  for (const std::string& content : {text, std::string()}) {
    auto file = OutputFile::Create(dir / "file", Existing::kReplace).value();
    const auto compressor = MakeCompressor(GetParam().first, *file);
    ASSERT_THAT(compressor->Write(std::string_view(content).substr(0, content.size() / 3)), IsOk());
    ASSERT_THAT(compressor->Write(std::string_view(content).substr(content.size() / 3)), IsOk());
    ASSERT_THAT(compressor->Finish(), IsOk());
    ASSERT_THAT(file->Commit(), IsOk());

    EXPECT_EQ(RunToEnd({"sh", "-c", std::string(GetParam().second) + " < " + (dir / "file")}).out,
              content);
    EXPECT_LT(file->bytes(), content.size() / 2 + 100);
  }
}

INSTANTIATE_TEST_SUITE_P(Each,
                         Compressor,
                         testing::Values(std::pair{FileCoding::kGzip, "gzip -dc"},
                                         std::pair{FileCoding::kZstd, "zstd -dcq"}));

}  // namespace
}  // namespace polyhouse
