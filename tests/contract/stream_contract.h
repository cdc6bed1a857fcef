#pragma once

// What every implementation of the stream ports must do: the tests are in stream_contract.cpp,
// which is compiled once. A technology joins by linking polyhouse_stream_contract, with a factory
// and one INSTANTIATE_TEST_SUITE_P; see sqlite_stream_contract_test.cpp.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"
#include "support/fake_clock.h"
#include "support/result_matchers.h"

namespace polyhouse {

/// One private store of streams. Everything opened from it sees the same entries; what cannot be
/// opened throws.
class StreamStore {
 public:
  virtual ~StreamStore() = default;
  virtual std::unique_ptr<StreamWriter> OpenWriter() = 0;
  virtual std::unique_ptr<StreamAdmin> OpenAdmin() = 0;
  virtual std::unique_ptr<StreamReader> OpenReader(const std::string& stream,
                                                   const std::string& group,
                                                   const std::string& consumer) = 0;

  // Where time is an input it moves when a test says so, and nothing takes longer than asked.
  // Where it is a server's, the store brings about the same in its own way.

  /// The time by which its readers wait.
  virtual SteadyTime Now() = 0;
  /// How much longer than asked something may take.
  virtual std::chrono::milliseconds slack() const = 0;
  /// Makes what is pending now look as if it had been delivered so much earlier.
  virtual void LetPendingAge(std::chrono::milliseconds age) = 0;
  /// Runs `action` once, as soon as a reader waits for entries.
  virtual void OnceAReaderWaits(std::function<void()> action) = 0;
};

/// A StreamStore whose time is the test's.
class FakeTimeStreamStore : public StreamStore {
 public:
  SteadyTime Now() override { return clock_.Steady(); }
  std::chrono::milliseconds slack() const override { return std::chrono::milliseconds(0); }
  void LetPendingAge(std::chrono::milliseconds age) override { clock_.Advance(age); }
  void OnceAReaderWaits(std::function<void()> action) override {
    clock_.on_sleep = [this, action = std::move(action)] {
      clock_.on_sleep = nullptr;
      action();
    };
  }

 protected:
  FakeClock clock_;
};

struct StreamTechnology {
  std::string name;
  std::function<std::unique_ptr<StreamStore>()> make;
  std::string missing{};  ///< What is not installed; the tests are skipped then.
};
inline void PrintTo(const StreamTechnology& technology, std::ostream* out) {
  *out << technology.name;
}

class StreamContract : public testing::TestWithParam<StreamTechnology> {
 protected:
  void SetUp() override {
    if (!GetParam().missing.empty()) GTEST_SKIP() << GetParam().missing << " is not installed";
    MakeStore();
  }
  void MakeStore() {
    store_ = GetParam().make();
    writer_ = store_->OpenWriter();
    admin_ = store_->OpenAdmin();
  }

  static constexpr const char* kStream = "stream:test";
  using Texts = std::vector<std::string>;

  std::unique_ptr<StreamReader> Reader(const std::string& consumer = "one",
                                       const std::string& group = "group",
                                       const std::string& stream = kStream) {
    return store_->OpenReader(stream, group, consumer);
  }

  static AppendTransaction Entries(const Texts& texts, const std::string& stream = kStream) {
    AppendTransaction append{.stream = StreamName(stream)};
    for (const std::string& text : texts) append.entries.push_back({text, "2026-01-01"});
    return append;
  }
  void Append(const Texts& texts, const std::string& stream = kStream) {
    ASSERT_THAT(writer_->Append(Entries(texts, stream)), IsOk());
  }
  void AppendNumbers(int first, int last) {
    Texts texts;
    for (int n = first; n <= last; ++n) texts.push_back(std::to_string(n));
    Append(texts);
  }

  /// Entries of several rows.
  void AppendRows(const std::vector<std::uint32_t>& rows) {
    AppendTransaction append{.stream = StreamName(kStream)};
    for (const std::uint32_t count : rows) {
      append.entries.push_back({.data = "x", .timestamp = "", .rows = count});
    }
    ASSERT_THAT(writer_->Append(append), IsOk());
  }
  static StreamAcks Acks(const std::string& consumer, std::vector<EntryId> ids) {
    return {StreamName(kStream), GroupName("group"), ConsumerName(consumer), std::move(ids)};
  }

  static CacheChange Record(const std::string& name,
                            const std::string& id,
                            std::uint64_t version,
                            StateFields fields) {
    return {"event", name, id, version, std::move(fields), std::chrono::hours(1)};
  }
  void Cache(std::vector<CacheChange> changes) {
    ASSERT_THAT(writer_->Append({.stream = StreamName(kStream), .cached = std::move(changes)}),
                IsOk());
  }
  std::vector<std::optional<CachedRecord>> Cached(const Texts& names) {
    return ValueOf(writer_->Cached("event", names));
  }

  static std::vector<Entry> ReadNow(StreamReader& reader, ReadLimit limit = {}) {
    auto entries = reader.Read(limit, std::chrono::milliseconds(0), {});
    EXPECT_THAT(entries, IsOk());
    return entries.value_or(std::vector<Entry>());
  }
  static Texts DataOf(const std::vector<Entry>& entries) {
    Texts texts;
    for (const Entry& entry : entries) texts.push_back(entry.data);
    return texts;
  }
  static std::vector<EntryId> IdsOf(const std::vector<Entry>& entries) {
    std::vector<EntryId> ids;
    for (const Entry& entry : entries) ids.push_back(entry.id);
    return ids;
  }
  static void AckAll(StreamReader& reader, const std::vector<Entry>& entries) {
    ASSERT_THAT(reader.Ack(IdsOf(entries), {}), IsOk());
  }
  static Texts PendingOf(StreamReader& reader) { return DataOf(reader.Pending({}, {}).value()); }
  std::vector<StoredDeadLetter> DeadLetters() { return admin_->DeadLetters({}).value(); }
  std::string StateOf(const std::string& key) {
    return writer_->State(key).value().value_or("(none)");
  }
  StreamOverview Overview(const std::string& stream = kStream) {
    for (auto& overview : ValueOf(admin_->Overview())) {
      if (overview.stream.value() == stream) return overview;
    }
    ADD_FAILURE() << stream << " is not known";
    return {};
  }
  std::uint64_t RowsOf(const std::string& group) {
    for (const GroupOverview& overview : Overview().groups) {
      if (overview.group.value() == group) return overview.rows;
    }
    ADD_FAILURE() << group << " is not known";
    return 0;
  }
  std::uint64_t Backlog() { return writer_->Load(StreamName(kStream))->backlog; }
  std::uint64_t Trim() { return admin_->Trim(StreamName(kStream)).value(); }

  std::unique_ptr<StreamWriter> writer_;
  std::unique_ptr<StreamAdmin> admin_;
  std::unique_ptr<StreamStore> store_;  ///< Ends first: an action of it may be using the others.
};

}  // namespace polyhouse
