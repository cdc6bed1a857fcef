#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_schema.h"
#include "adapters/sqlite/sqlite_streams.h"
#include "support/fake_clock.h"
#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {

/// The streams of embedded mode in a file of their own, with the objects a test looks at them by.
/// What cannot be opened throws.
class ScratchStreams {
 public:
  explicit ScratchStreams(FakeClock& clock) : clock_(clock) {}

  std::string path() const { return dir_ / "streams.db"; }
  std::unique_ptr<StreamWriter> OpenWriter() const {
    return OpenSqliteStreamWriter(path()).value();
  }
  std::unique_ptr<StreamAdmin> OpenAdmin() const { return OpenSqliteStreamAdmin(path()).value(); }
  std::unique_ptr<StreamReader> OpenReader(const std::string& stream,
                                           const std::string& group,
                                           const std::string& consumer = "one") const {
    return OpenSqliteStreamReader(
               {path(), StreamName(stream), GroupName(group), ConsumerName(consumer)}, clock_)
        .value();
  }

  /// Every entry of the stream, as a group of its own reads them.
  std::vector<Entry> EntriesOf(const std::string& stream) const {
    return OpenReader(stream, "test-" + std::to_string(++looks_))
        ->Read({.entries = SIZE_MAX, .bytes = SIZE_MAX}, {}, {})
        .value();
  }
  std::map<std::string, std::string> States() const { return OpenAdmin()->States().value(); }
  std::vector<StoredDeadLetter> DeadLetters() const { return OpenAdmin()->DeadLetters({}).value(); }
  /// The stream goes with everything in it, as when Redis throws its key away.
  void Lose(const std::string& stream) const {
    auto database = ValueOf(SqliteDatabase::Open(path()));
    const std::string table = ValueOf(EntriesTable(database, StreamName(stream)));
    for (const std::string& sql : {"DELETE FROM " + table,
                                   "DELETE FROM sqlite_sequence WHERE name = '" + table + "'",
                                   "DELETE FROM groups WHERE stream = '" + stream + "'",
                                   "DELETE FROM pending WHERE stream = '" + stream + "'"}) {
      EXPECT_THAT(database.Execute(sql), IsOk());
    }
  }
  StreamOverview OverviewOf(const std::string& stream) const {
    for (auto& overview : ValueOf(OpenAdmin()->Overview())) {
      if (overview.stream.value() == stream) return overview;
    }
    return {};
  }

 private:
  FakeClock& clock_;
  ScratchDir dir_;
  mutable int looks_ = 0;
};

}  // namespace polyhouse
