#include <algorithm>
#include <cstdint>
#include <set>

#include "adapters/sqlite/sqlite_schema.h"
#include "adapters/sqlite/sqlite_streams.h"

namespace polyhouse {
namespace {

/// How often a waiting reader looks for new entries. SQLite cannot wake it; a look costs a few
/// microseconds.
constexpr std::chrono::milliseconds kPollInterval{20};

/// What one process may be ahead of another that asks the same clock.
constexpr std::chrono::milliseconds kClockSkew{1'000};

class SqliteStreamReader final : public StreamReader {
 public:
  SqliteStreamReader(SqliteDatabase database, SqliteReaderOptions options, Clock& clock)
      : database_(std::move(database)), options_(std::move(options)), clock_(clock) {}

  Status Prepare();

  Result<std::vector<Entry>> Read(ReadLimit limit,
                                  std::chrono::milliseconds wait,
                                  std::stop_token stop) override;
  Result<std::vector<Entry>> Pending(EntryId after, ReadLimit limit) override;
  Result<std::vector<Entry>> Claim(std::size_t max, std::chrono::milliseconds idle) override;
  Status Ack(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) override;
  Result<std::string> Note() override;
  Status SaveNote(const std::string& note) override;

 private:
  Result<bool> HasNew();
  Result<std::vector<DeadLetter>> LettersOf(std::span<const BuriedEntry> buried);
  Result<std::vector<Entry>> ReadNew(ReadLimit limit);
  Status MarkDelivered(const EntryId& last);
  std::string NoteKey() const {
    return "state:" + options_.group.value() + ":" + options_.consumer.value() + ":batch";
  }

  SqliteDatabase database_;
  SqliteReaderOptions options_;
  Clock& clock_;
  SqliteStatement has_new_;
  SqliteStatement select_new_;
  SqliteStatement insert_pending_;
  SqliteStatement advance_;
  SqliteStatement select_pending_;
  SqliteStatement claim_;
  SqliteStatement ack_;
  SqliteStatement is_pending_;
};

Status SqliteStreamReader::Prepare() {
  const auto table = EntriesTable(database_, options_.stream);
  if (!table) return table.error();
  auto create = database_.Prepare(
      "INSERT OR IGNORE INTO groups (stream, name, last_delivered) VALUES (?, ?, 0)");
  if (!create) return std::move(create).error();
  if (auto status = create->Bind(options_.stream.value()).Bind(options_.group.value()).Run();
      !status)
    return status;

  const std::string position =
      "(SELECT last_delivered FROM groups WHERE stream = ?1 AND name = ?2)";
  const std::string columns = kEntryColumns;
  const std::string mine = " WHERE stream = ?1 AND \"group\" = ?2";
  const std::pair<SqliteStatement*, std::string> statements[] = {
      {&has_new_, "SELECT EXISTS (SELECT 1 FROM " + *table + " WHERE id > " + position + ")"},
      {&select_new_,
       "SELECT " + columns + " FROM " + *table + " e WHERE id > " + position + " ORDER BY id"},
      {&insert_pending_,
       "INSERT INTO pending SELECT ?1, ?2, id, ?3, ?4, 1 FROM " + *table + " WHERE id > " +
           position + " AND id <= ?5"},
      {&advance_, "UPDATE groups SET last_delivered = ?3 WHERE stream = ?1 AND name = ?2"},
      {&select_pending_,
       "SELECT " + columns + " FROM pending JOIN " + *table + " e USING (id)" + mine +
           " AND consumer = ?3 AND e.id > ?4 ORDER BY e.id"},
      {&claim_,
       "UPDATE pending SET consumer = ?3, delivered_at = ?4, deliveries = deliveries + 1" + mine +
           " AND id IN (SELECT id FROM pending" + mine +
           " AND consumer <> ?3 AND (delivered_at <= ?5 OR delivered_at > ?7) ORDER BY id LIMIT ?6)"
           " RETURNING id"},
      {&ack_, "DELETE FROM pending" + mine + " AND id BETWEEN ?3 AND ?4"},
      {&is_pending_, "SELECT 1 FROM pending" + mine + " AND id = ?3"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.Prepare(sql);
    if (!prepared) return std::move(prepared).error();
    *statement = std::move(*prepared);
  }
  return Ok();
}

Result<bool> SqliteStreamReader::HasNew() {
  const auto row = has_new_.Bind(options_.stream.value()).Bind(options_.group.value()).Step();
  if (!row) return row.error();
  const bool has_new = has_new_.Integer(0) != 0;
  has_new_.Reset();
  return has_new;
}

Status SqliteStreamReader::MarkDelivered(const EntryId& last) {
  insert_pending_.Bind(options_.stream.value())
      .Bind(options_.group.value())
      .Bind(options_.consumer.value());
  insert_pending_.Bind(clock_.Now().time_since_epoch().count()).Bind(ToInteger(last));
  if (auto status = insert_pending_.Run(); !status) return status;
  return advance_.Bind(options_.stream.value())
      .Bind(options_.group.value())
      .Bind(ToInteger(last))
      .Run();
}

Result<std::vector<Entry>> SqliteStreamReader::ReadNew(ReadLimit limit) {
  auto transaction = SqliteTransaction::Begin(database_);
  if (!transaction) return std::move(transaction).error();
  select_new_.Bind(options_.stream.value()).Bind(options_.group.value());
  auto entries = ReadEntries(select_new_, limit);
  if (!entries || entries->empty()) return entries;
  if (auto status = MarkDelivered(entries->back().id); !status) return std::move(status).error();
  if (auto status = transaction->Commit(); !status) return std::move(status).error();
  return entries;
}

Result<std::vector<Entry>> SqliteStreamReader::Read(ReadLimit limit,
                                                    std::chrono::milliseconds wait,
                                                    std::stop_token stop) {
  const SteadyTime until = clock_.Steady() + wait;
  while (true) {
    // Looking first keeps idle readers away from the write lock.
    const auto has_new = HasNew();
    if (!has_new) return has_new.error();
    if (*has_new) {
      auto entries = ReadNew(limit);
      if (!entries || !entries->empty()) return entries;
    }
    const SteadyTime now = clock_.Steady();
    if (now >= until || stop.stop_requested()) return std::vector<Entry>();
    clock_.SleepUntil(std::min<SteadyTime>(until, now + kPollInterval), stop);
  }
}

Result<std::vector<Entry>> SqliteStreamReader::Pending(EntryId after, ReadLimit limit) {
  select_pending_.Bind(options_.stream.value())
      .Bind(options_.group.value())
      .Bind(options_.consumer.value());
  select_pending_.Bind(ToInteger(after));
  return ReadEntries(select_pending_, limit);
}

Result<std::vector<Entry>> SqliteStreamReader::Claim(std::size_t max,
                                                     std::chrono::milliseconds idle) {
  const Timestamp now = clock_.Now();
  claim_.Bind(options_.stream.value()).Bind(options_.group.value()).Bind(options_.consumer.value());
  claim_.Bind(now.time_since_epoch().count()).Bind((now - idle).time_since_epoch().count());
  claim_.Bind(static_cast<std::int64_t>(max));
  // Delivered further ahead than a little: by a clock that was set back since.
  claim_.Bind((now + kClockSkew).time_since_epoch().count());
  std::set<EntryId> claimed;
  while (true) {
    const auto row = claim_.Step();
    if (!row) return row.error();
    if (!*row) break;
    claimed.insert(ToEntryId(claim_.Integer(0)));
  }
  if (claimed.empty()) return std::vector<Entry>();
  // They lie among our own pending entries now. All of them are returned, however large: what is
  // taken over and not returned would wait for the next start.
  const EntryId before{claimed.begin()->high - 1, 0};
  auto entries = Pending(before, {.entries = SIZE_MAX, .bytes = SIZE_MAX});
  if (entries) {
    std::erase_if(*entries, [&](const Entry& entry) { return !claimed.contains(entry.id); });
  }
  return entries;
}

/// The dead letters of those entries that are still pending, for whom ever.
Result<std::vector<DeadLetter>> SqliteStreamReader::LettersOf(std::span<const BuriedEntry> buried) {
  std::vector<DeadLetter> letters;
  for (const BuriedEntry& entry : buried) {
    is_pending_.Bind(options_.stream.value()).Bind(options_.group.value());
    const auto row = is_pending_.Bind(ToInteger(entry.id)).Step();
    if (!row) return row.error();
    if (*row) letters.push_back(entry.letter);
    is_pending_.Reset();
  }
  return letters;
}

Status SqliteStreamReader::Ack(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) {
  auto transaction = SqliteTransaction::Begin(database_);
  if (!transaction) return std::move(transaction).error();
  const auto letters = LettersOf(buried);
  if (!letters) return letters.error();
  for (std::size_t i = 0; i < ids.size();) {
    // Runs of consecutive ids, which is what a batch nearly always is, go in one statement.
    std::size_t last = i;
    while (last + 1 < ids.size() && ids[last + 1].high == ids[last].high + 1) ++last;
    ack_.Bind(options_.stream.value()).Bind(options_.group.value());
    auto status = ack_.Bind(ToInteger(ids[i])).Bind(ToInteger(ids[last])).Run();
    if (!status) return status;
    i = last + 1;
  }
  if (auto status = InsertDeadLetters(database_, options_.stream, *letters); !status) return status;
  return transaction->Commit();
}

Result<std::string> SqliteStreamReader::Note() {
  auto find = database_.Prepare("SELECT value FROM state WHERE key = ?");
  if (!find) return std::move(find).error();
  const auto row = find->Bind(NoteKey()).Step();
  if (!row) return row.error();
  return *row ? find->Text(0) : std::string();
}

Status SqliteStreamReader::SaveNote(const std::string& note) {
  auto set = database_.Prepare("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)");
  if (!set) return std::move(set).error();
  return set->Bind(NoteKey()).Bind(note).Run();
}

}  // namespace

Result<std::unique_ptr<StreamReader>> OpenSqliteStreamReader(const SqliteReaderOptions& options,
                                                             Clock& clock) {
  auto database = OpenStreamsFile(options.path);
  if (!database) return std::move(database).error();
  auto reader = std::make_unique<SqliteStreamReader>(std::move(*database), options, clock);
  if (auto status = reader->Prepare(); !status) return std::move(status).error();
  return std::unique_ptr<StreamReader>(std::move(reader));
}

}  // namespace polyhouse
