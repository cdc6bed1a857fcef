#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "adapters/files/zstd_archive_source.h"
#include "adapters/files/zstd_page_archive.h"
#include "codec/archive_line.h"
#include "support/fake_clock.h"
#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ZstdArchiveTest : public testing::Test {
 protected:
  std::unique_ptr<PageArchive> Open(std::uint64_t file_bytes = 1'000'000) {
    auto opened = OpenZstdPageArchive({dir_ / "archive", "markets", file_bytes}, clock_);
    EXPECT_THAT(opened, IsOk());
    return std::move(*opened);
  }

  /// Keeps an answer and notes that it is stored.
  static void Store(PageArchive& archive, std::uint64_t version, const std::string& body) {
    ASSERT_THAT(archive.Keep({version, "http://api/markets/keyset?a=\"1\"", 200, body}), IsOk());
    ASSERT_THAT(archive.Note({version, {"1", "2"}, "{}", "2026-11-24T18:00:00.000Z"}), IsOk());
  }

  /// The bodies of all steps; `report_` says what else there was.
  std::vector<std::string> ReadAll() {
    auto found = FindArchiveFiles({dir_ / "archive"}, {"markets", "events"});
    EXPECT_THAT(found, IsOk());
    ZstdArchiveSource source(found->files, "markets");
    std::vector<std::string> bodies;
    while (auto step = source.Next()) {
      bodies.push_back(step->body);
      steps_.push_back(std::move(*step));
    }
    report_ = source.report();
    for (const std::string& problem : found->problems) report_.problems.push_back(problem);
    return bodies;
  }

  /// All paths with this ending, by name.
  std::vector<std::string> Files(const std::string& extension) const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(dir_ / "archive")) {
      if (entry.path().extension() == extension) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  ScratchDir dir_;
  FakeClock clock_;
  std::vector<ArchivedStep> steps_;
  ArchiveReport report_;
};

TEST_F(ZstdArchiveTest, GivesBackWhatWasStoredInTheOrderOfTheNotes) {
  const auto archive = Open();
  ASSERT_THAT(archive->Keep({11, "http://api/markets/7", 404, "gone"}), IsOk());
  ASSERT_THAT(archive->Keep({12, "u", 200, "second"}), IsOk());
  ASSERT_THAT(archive->Keep({13, "u", 200, "only seen"}), IsOk());
  Store(*archive, 14, std::string("first \0 \"body\"", 14));
  ASSERT_THAT(archive->Note({12, {}, "{\"a\":\"b\"}", "t"}), IsOk());
  ASSERT_THAT(archive->Note({0, {}, "about an id", "t"}), IsOk());

  EXPECT_THAT(ReadAll(), ElementsAre(std::string("first \0 \"body\"", 14), "second", ""));

  EXPECT_EQ(steps_[0].note.version, 14U);
  EXPECT_EQ(steps_[0].url, "http://api/markets/keyset?a=\"1\"");
  EXPECT_THAT(steps_[0].note.ids, ElementsAre("1", "2"));
  EXPECT_EQ(steps_[1].note.ledger, "{\"a\":\"b\"}");
  EXPECT_EQ(steps_[2].note.ledger, "about an id");
  EXPECT_EQ(report_.answers, 4U);
  EXPECT_EQ(report_.other_status, 1U);
  EXPECT_EQ(report_.only_seen, 1U);
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(ZstdArchiveTest, MakesNothingBeforeTheFirstAnswer) {
  const auto archive = Open();
  EXPECT_THAT(Files(".zst"), IsEmpty());
}

TEST_F(ZstdArchiveTest, BeginsANewFileWhenOneIsFullAndReadsOnThere) {
  const auto archive = Open(1);
  Store(*archive, 1, "one");
  Store(*archive, 2, "two");
  Store(*archive, 3, "three");

  EXPECT_GE(Files(".zst").size(), 3U);
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two", "three"));
}

TEST_F(ZstdArchiveTest, NamesOfTwoProcessesInOneMillisecondDoNotClash) {
  const auto one = Open();
  const auto other = Open();
  Store(*one, 1, "one");
  Store(*other, 2, "two");

  EXPECT_EQ(Files(".zst").size(), 2U);
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two"));
}

TEST_F(ZstdArchiveTest, ThreadsKeepAnswersAtOnce) {
  const auto archive = Open(3'000);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::uint64_t i = 1; i <= 100; ++i) {
          Store(*archive, thread * 1'000 + i, std::to_string(thread * 1'000 + i));
        }
      });
    }
  }

  EXPECT_EQ(ReadAll().size(), 400U);
  for (const ArchivedStep& step : steps_) EXPECT_EQ(step.body, std::to_string(step.note.version));
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(ZstdArchiveTest, APartOfALineThatAKillLeftIsPassedOverWithANote) {
  Store(*Open(), 1, "one");
  const std::string index = Files(".jsonl").at(0);
  WriteFile(index, ReadFile(index) + R"({"version":2,"url":"ht)");

  EXPECT_THAT(ReadAll(), ElementsAre("one"));
  EXPECT_THAT(report_.notes, ElementsAre(HasSubstr("ends within a line")));
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(ZstdArchiveTest, AFrameWithoutItsLineIsPassedOver) {
  const auto archive = Open();
  Store(*archive, 1, "one");
  const std::string index = Files(".jsonl").at(0);
  const std::string whole = ReadFile(index);
  Store(*archive, 2, "two");
  WriteFile(index, whole);

  EXPECT_THAT(ReadAll(), ElementsAre("one"));
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(ZstdArchiveTest, AnAnswerThatIsCutOffIsPassedOverWithANote) {
  const auto archive = Open();
  Store(*archive, 1, "one");
  Store(*archive, 2, "two");
  const std::string bodies = Files(".zst").at(0);
  std::filesystem::resize_file(bodies, std::filesystem::file_size(bodies) - 1);

  EXPECT_THAT(ReadAll(), ElementsAre("one"));
  EXPECT_THAT(report_.notes, ElementsAre(HasSubstr("is cut off")));
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(ZstdArchiveTest, EveryFlippedBitIsFoundAndTheRestIsRead) {
  const auto archive = Open();
  Store(*archive, 1, "one body of the API");
  const std::string path = Files(".zst").at(0);
  const std::size_t length = ReadFile(path).size();
  Store(*archive, 2, "another one");
  const std::string whole = ReadFile(path);
  for (std::size_t at = 0; at < length; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    WriteFile(path, damaged);

    const auto bodies = ReadAll();

    // Some bits of a frame's header say nothing about its content.
    if (report_.problems.empty()) {
      EXPECT_THAT(bodies, ElementsAre("one body of the API", "another one"));
      continue;
    }
    EXPECT_THAT(bodies, ElementsAre("another one")) << "byte " << at;
    EXPECT_THAT(report_.problems, ElementsAre(HasSubstr(path)));
    EXPECT_FALSE(steps_.back().is_whole);
  }
}

TEST_F(ZstdArchiveTest, AnAnswerWhoseHashIsAnotherIsDamaged) {
  Store(*Open(), 1, "one");
  const std::string index = Files(".jsonl").at(0);
  std::string text = ReadFile(index);
  const auto at = text.find("\"hash\":\"") + 8;
  text[at] = text[at] == '0' ? '1' : '0';
  WriteFile(index, text);

  EXPECT_THAT(ReadAll(), IsEmpty());
  EXPECT_THAT(report_.problems, ElementsAre(HasSubstr("its hash is another")));
}

TEST_F(ZstdArchiveTest, NamesWhatIsNoFileOfAnArchive) {
  Store(*Open(), 1, "one");
  WriteFile(dir_ / "archive/notes.txt", "x");
  WriteFile(dir_ / "archive/markets-20261124T180000.123Z-4711.zst", "lonely");
  std::filesystem::copy_file(Files(".jsonl").at(0), dir_ / "archive/.hidden");

  EXPECT_THAT(ReadAll(), ElementsAre("one"));
  EXPECT_THAT(report_.problems,
              ElementsAre(HasSubstr("4711.zst lies without its .jsonl"), HasSubstr("notes.txt")));
}

TEST_F(ZstdArchiveTest, ALineOfNoKnownKindIsDamage) {
  Store(*Open(), 1, "one");
  const std::string index = Files(".jsonl").at(0);
  for (const char* line : {"{}", "[]", "x", "{\"version\":\"soon\"}", ""}) {
    WriteFile(index, ReadFile(index) + line + "\n");
  }

  EXPECT_THAT(ReadAll(), ElementsAre("one"));
  EXPECT_EQ(report_.problems.size(), 5U);
  EXPECT_THAT(report_.problems[0], HasSubstr(".jsonl, line 3, cannot be read"));
}

TEST_F(ZstdArchiveTest, SaysWhatToDoWhenThereIsNone) {
  EXPECT_THAT(FindArchiveFiles({dir_ / "nowhere"}, {"markets"}),
              HasError(ErrorKind::kConfig, "give the directory that archive.dir named"));
  EXPECT_THAT(FindArchiveFiles({dir_.path()}, {"markets"}),
              HasError(ErrorKind::kConfig, "There is no archive"));
}

TEST_F(ZstdArchiveTest, ADirectoryThatCannotBeMadeIsAConfigurationError) {
  WriteFile(dir_ / "file", "");
  EXPECT_THAT(OpenZstdPageArchive({dir_ / "file/archive", "markets"}, clock_),
              HasError(ErrorKind::kConfig, "choose another with --archive-dir"));
}

}  // namespace
}  // namespace polyhouse
