#include <sqlite3.h>

#include "adapters/sqlite/sqlite_streams.h"
#include "contract/stream_contract.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

class SqliteStore final : public FakeTimeStreamStore {
 public:
  std::unique_ptr<StreamWriter> OpenWriter() override {
    return OpenSqliteStreamWriter(path()).value();
  }
  std::unique_ptr<StreamAdmin> OpenAdmin() override {
    return OpenSqliteStreamAdmin(path()).value();
  }
  std::unique_ptr<StreamReader> OpenReader(const std::string& stream,
                                           const std::string& group,
                                           const std::string& consumer) override {
    return OpenSqliteStreamReader(
               {path(), StreamName(stream), GroupName(group), ConsumerName(consumer)}, clock_)
        .value();
  }

 private:
  std::string path() const { return dir_ / "streams.db"; }
  ScratchDir dir_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite,
                         StreamContract,
                         testing::Values(StreamTechnology{
                             "sqlite", [] { return std::make_unique<SqliteStore>(); }}),
                         [](const auto& technology) { return technology.param.name; });

/// Runs statements on a streams file behind the back of the adapter.
void Tamper(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
}

class SqliteStreamsFile : public testing::Test {
 protected:
  FakeClock clock_;
  ScratchDir dir_;
  const std::string path_ = dir_ / "streams.db";
};

/// Up to format 2 an entry said nothing of rows, and was one.
TEST_F(SqliteStreamsFile, ReadsTheFileOfAnOlderVersion) {
  Tamper(path_,
         "CREATE TABLE streams (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
         "INSERT INTO streams VALUES (1, 'stream:test');"
         "CREATE TABLE entries_1 (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,"
         " version INTEGER NOT NULL, data BLOB NOT NULL);"
         "INSERT INTO entries_1 (timestamp, version, data) VALUES ('', 1, 'a'), ('', 1, 'b');"
         "PRAGMA user_version = 2");
  const StreamName stream("stream:test");
  const auto writer = OpenSqliteStreamWriter(path_).value();
  AppendTransaction append{.stream = stream};
  append.entries = {{.data = "c", .timestamp = "", .rows = 10}};
  ASSERT_THAT(writer->Append(append), IsOk());

  EXPECT_EQ(writer->Load(stream)->backlog, 12U);
  const auto reader =
      OpenSqliteStreamReader({path_, stream, GroupName("g"), ConsumerName("c")}, clock_).value();
  const auto entries = reader->Read({}, {}, {}).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].data, "a");
  EXPECT_EQ(entries[0].rows, 1U);
  EXPECT_EQ(entries[2].rows, 10U);
}

TEST_F(SqliteStreamsFile, KeepsNothingOfAnAppendThatFailsHalfWay) {
  const auto writer = OpenSqliteStreamWriter(path_).value();
  Tamper(path_,
         "CREATE TRIGGER refuse BEFORE INSERT ON state WHEN new.key = 'offset'"
         " BEGIN SELECT RAISE(ABORT, 'refused'); END");
  AppendTransaction append{.stream = StreamName("stream:test")};
  append.entries = {{"1", ""}};
  append.dead_letters = {{.data = "bad"}};
  append.set = {{"cursor", "abc"}};
  append.add = {{"offset", 1}};

  EXPECT_THAT(writer->Append(append), HasError(ErrorKind::kTransient));

  const auto admin = OpenSqliteStreamAdmin(path_).value();
  EXPECT_EQ(writer->State("cursor").value(), std::nullopt);
  EXPECT_THAT(*admin->DeadLetters({}), testing::IsEmpty());
  Tamper(path_, "DROP TRIGGER refuse");
  EXPECT_THAT(writer->Append(append), IsOk());
  EXPECT_EQ(admin->Overview()->at(0).added, 1U);
}

TEST_F(SqliteStreamsFile, KeepsNothingOfAnAcknowledgementWhoseDeadLetterFails) {
  const auto writer = OpenSqliteStreamWriter(path_).value();
  const auto reader =
      OpenSqliteStreamReader(
          {path_, StreamName("stream:test"), GroupName("group"), ConsumerName("one")}, clock_)
          .value();
  ASSERT_THAT(writer->Append({.stream = StreamName("stream:test"), .entries = {{"1", ""}}}),
              IsOk());
  const auto entries = reader->Read({}, {}, {}).value();
  Tamper(path_,
         "CREATE TRIGGER refuse BEFORE INSERT ON dead_letters"
         " BEGIN SELECT RAISE(ABORT, 'refused'); END");

  EXPECT_THAT(
      reader->Ack(std::vector{entries.at(0).id}, std::vector<BuriedEntry>{{entries[0].id, {}}}),
      HasError(ErrorKind::kTransient));

  EXPECT_EQ(reader->Pending({}, {})->size(), 1U);
}

/// The contract asks for less, because Redis counts entries and not bytes.
TEST_F(SqliteStreamsFile, EndsAReadAtItsLimitOfBytesWhateverTheSizes) {
  const auto reader =
      OpenSqliteStreamReader(
          {path_, StreamName("stream:test"), GroupName("group"), ConsumerName("one")}, clock_)
          .value();
  ASSERT_THAT(
      OpenSqliteStreamWriter(path_).value()->Append({.stream = StreamName("stream:test"),
                                                     .entries = {{std::string(100, 'a'), ""},
                                                                 {std::string(100, 'b'), ""},
                                                                 {std::string(5'000, 'c'), ""},
                                                                 {"d", ""}}}),
      IsOk());
  const auto read = [&] { return ValueOf(reader->Read({.bytes = 250}, {}, {})); };

  EXPECT_EQ(read().size(), 2U);
  EXPECT_EQ(read().at(0).data.size(), 5'000U);
  EXPECT_EQ(read().size(), 1U);
}

TEST_F(SqliteStreamsFile, IsRefusedWhenANewerProgramMadeIt) {
  Tamper(path_, "PRAGMA user_version = 99");

  const auto writer = OpenSqliteStreamWriter(path_);

  ASSERT_FALSE(writer.has_value());
  EXPECT_EQ(writer.error().kind, ErrorKind::kConfig);
}

TEST_F(SqliteStreamsFile, IsAMatterForTheOperatorWhenItIsNoDatabase) {
  WriteFile(path_, std::string(10'000, 'x'));

  const auto writer = OpenSqliteStreamWriter(path_);

  ASSERT_FALSE(writer.has_value());
  EXPECT_EQ(writer.error().kind, ErrorKind::kConfig);
}

TEST_F(SqliteStreamsFile, IsAMatterForTheOperatorWhenItsDirectoryIsMissing) {
  const auto writer = OpenSqliteStreamWriter(dir_ / "missing/streams.db");

  ASSERT_FALSE(writer.has_value());
  EXPECT_EQ(writer.error().kind, ErrorKind::kConfig);
}

}  // namespace
}  // namespace polyhouse
