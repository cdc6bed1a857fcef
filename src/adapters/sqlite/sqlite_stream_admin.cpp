#include "adapters/sqlite/sqlite_appender.h"
#include "adapters/sqlite/sqlite_schema.h"
#include "adapters/sqlite/sqlite_streams.h"

namespace polyhouse {
namespace {

/// How many entries one transaction removes, so that appends need not wait long for the write lock.
constexpr std::int64_t kTrimStep = 2'000;

/// The first entry that a group still needs is its oldest pending one, else the one after the last
/// delivered.
constexpr std::string_view kFirstNeeded =
    "SELECT min(ifnull((SELECT min(id) FROM pending p WHERE p.stream = g.stream AND p.\"group\" = "
    "g.name),"
    " last_delivered + 1)) FROM groups g WHERE stream = ?1";

class SqliteStreamAdmin final : public StreamAdmin {
 public:
  explicit SqliteStreamAdmin(SqliteDatabase database) : database_(std::move(database)) {}

  Result<std::vector<StreamOverview>> Overview() override;
  Result<std::map<std::string, std::string>> States() override;
  Result<StateFields> Fields(const std::string& key) override { return ReadFields(database_, key); }
  Result<std::vector<Entry>> Range(const StreamName& stream,
                                   EntryId after,
                                   std::size_t most) override;
  Result<std::uint64_t> Trim(const StreamName& stream) override;
  Result<std::optional<EntryId>> LowWaterMark(const StreamName& stream,
                                              const GroupName& group) override;
  Status EndGroup(const StreamName& stream, const GroupName& group) override;
  Result<EntryId> LastId(const StreamName& stream) override;
  Result<std::vector<StoredDeadLetter>> DeadLetters(const DeadLetterFilter& filter) override;
  Status Resolve(const StoredDeadLetter& letter, const AppendTransaction& replacement) override;

 private:
  Result<std::int64_t> Integer(const std::string& sql, const StreamName& stream);
  Result<StreamOverview> OverviewOf(const StreamName& stream);
  Status AddGroups(StreamOverview& overview);

  SqliteDatabase database_;
};

/// The one number a query about a stream gives; zero for no row or null.
Result<std::int64_t> SqliteStreamAdmin::Integer(const std::string& sql, const StreamName& stream) {
  auto statement = database_.Prepare(sql);
  if (!statement) return std::move(statement).error();
  const auto row = statement->Bind(stream.value()).Step();
  if (!row) return row.error();
  return *row ? statement->Integer(0) : 0;
}

Status SqliteStreamAdmin::AddGroups(StreamOverview& overview) {
  auto select = database_.Prepare(
      "SELECT name, (SELECT count() FROM pending p WHERE p.stream = g.stream AND p.\"group\" = "
      "g.name), last_delivered"
      " FROM groups g WHERE stream = ? ORDER BY name");
  if (!select) return std::move(select).error();
  select->Bind(overview.stream.value());
  while (true) {
    const auto row = select->Step();
    if (!row) return row.error();
    if (!*row) return Ok();
    const GroupName group(select->Text(0));
    const auto rows = RowsNotDone(database_, overview.stream, group);
    if (!rows) return rows.error();
    overview.groups.push_back({group,
                               static_cast<std::uint64_t>(select->Integer(1)),
                               overview.added - static_cast<std::uint64_t>(select->Integer(2)),
                               *rows});
  }
}

Result<StreamOverview> SqliteStreamAdmin::OverviewOf(const StreamName& stream) {
  const auto table = EntriesTable(database_, stream);
  if (!table) return table.error();
  // Entries go in at one end and out at the other, so the ids have no gaps.
  const auto length =
      Integer("SELECT ifnull(max(id) - min(id) + 1, 0) FROM " + *table + " WHERE ? <> ''", stream);
  if (!length) return length.error();
  const auto last = LastId(stream);
  if (!last) return last.error();
  const auto dead = Integer("SELECT count() FROM dead_letters WHERE stream = ?", stream);
  if (!dead) return dead.error();
  const auto behind = RowsNotDone(database_, stream, {});
  if (!behind) return behind.error();
  StreamOverview overview{stream,
                          static_cast<std::uint64_t>(*length),
                          last->high,
                          static_cast<std::uint64_t>(*dead),
                          *behind,
                          {}};
  if (auto status = AddGroups(overview); !status) return std::move(status).error();
  return overview;
}

Result<std::vector<StreamOverview>> SqliteStreamAdmin::Overview() {
  auto select = database_.Prepare("SELECT name FROM streams ORDER BY name");
  if (!select) return std::move(select).error();
  std::vector<StreamOverview> overviews;
  while (true) {
    const auto row = select->Step();
    if (!row) return row.error();
    if (!*row) return overviews;
    auto overview = OverviewOf(StreamName(select->Text(0)));
    if (!overview) return std::move(overview).error();
    overviews.push_back(std::move(*overview));
  }
}

Result<std::map<std::string, std::string>> SqliteStreamAdmin::States() {
  auto select = database_.Prepare("SELECT key, value FROM state");
  if (!select) return std::move(select).error();
  std::map<std::string, std::string> states;
  while (true) {
    const auto row = select->Step();
    if (!row) return row.error();
    if (!*row) return states;
    states[select->Text(0)] = select->Text(1);
  }
}

Result<std::vector<Entry>> SqliteStreamAdmin::Range(const StreamName& stream,
                                                    EntryId after,
                                                    std::size_t most) {
  const auto table = EntriesTable(database_, stream);
  if (!table) return table.error();
  auto select = database_.Prepare("SELECT " + std::string(kEntryColumns) + " FROM " + *table +
                                  " e WHERE id > ? ORDER BY id");
  if (!select) return std::move(select).error();
  select->Bind(ToInteger(after));
  return ReadEntries(*select, {.entries = most, .bytes = SIZE_MAX});
}

Result<std::uint64_t> SqliteStreamAdmin::Trim(const StreamName& stream) {
  const auto table = EntriesTable(database_, stream);
  if (!table) return table.error();
  auto remove =
      database_.Prepare("DELETE FROM " + *table + " WHERE id IN (SELECT id FROM " + *table +
                        " WHERE id < (" + std::string(kFirstNeeded) + ") ORDER BY id LIMIT ?2)");
  if (!remove) return std::move(remove).error();
  std::uint64_t removed = 0;
  while (true) {
    if (auto status = remove->Bind(stream.value()).Bind(kTrimStep).Run(); !status)
      return std::move(status).error();
    removed += static_cast<std::uint64_t>(database_.Changes());
    if (database_.Changes() < kTrimStep) return removed;
  }
}

Result<std::optional<EntryId>> SqliteStreamAdmin::LowWaterMark(const StreamName& stream,
                                                               const GroupName& group) {
  auto select = database_.Prepare(
      "SELECT ifnull((SELECT min(id) - 1 FROM pending p WHERE p.stream = g.stream AND p.\"group\" "
      "= "
      "g.name), last_delivered) FROM groups g WHERE stream = ? AND name = ?");
  if (!select) return std::move(select).error();
  const auto row = select->Bind(stream.value()).Bind(group.value()).Step();
  if (!row) return row.error();
  if (!*row) return std::optional<EntryId>();
  return std::optional(EntryId{static_cast<std::uint64_t>(select->Integer(0)), 0});
}

Status SqliteStreamAdmin::EndGroup(const StreamName& stream, const GroupName& group) {
  auto transaction = SqliteTransaction::Begin(database_);
  if (!transaction) return std::move(transaction).error();
  for (const char* sql : {"DELETE FROM pending WHERE stream = ? AND \"group\" = ?",
                          "DELETE FROM groups WHERE stream = ? AND name = ?"}) {
    auto remove = database_.Prepare(sql);
    if (!remove) return std::move(remove).error();
    auto status = remove->Bind(stream.value()).Bind(group.value()).Run();
    if (!status) return status;
  }
  return transaction->Commit();
}

/// Ids are counted.
Result<EntryId> SqliteStreamAdmin::LastId(const StreamName& stream) {
  const auto table = EntriesTable(database_, stream);
  if (!table) return table.error();
  const auto last =
      Integer("SELECT seq FROM sqlite_sequence WHERE name = '" + *table + "' AND ? <> ''", stream);
  if (!last) return last.error();
  return ToEntryId(*last);
}

Result<std::vector<StoredDeadLetter>> SqliteStreamAdmin::DeadLetters(
    const DeadLetterFilter& filter) {
  auto select = database_.Prepare(
      "SELECT id, stream, form, data, kind, reason, attempts, first_seen, timestamp, version"
      " FROM dead_letters"
      " WHERE (?1 = '' OR stream = ?1) AND (?2 = '' OR id = ?2) AND (?3 = '' OR instr(reason, ?3) "
      "> "
      "0)"
      " AND (?4 = '' OR kind = ?4) ORDER BY id LIMIT ?5");
  if (!select) return std::move(select).error();
  const std::string reason = filter.reason.value_or("");
  const DeadLetterId id = filter.id.value_or(DeadLetterId());
  const StreamName stream = filter.stream.value_or(StreamName());
  const std::string kind = filter.kind.value_or("");
  select->Bind(stream.value()).Bind(id.value()).Bind(reason).Bind(kind);
  select->Bind(filter.limit == 0 ? INT64_MAX : static_cast<std::int64_t>(filter.limit));
  std::vector<StoredDeadLetter> letters;
  while (true) {
    const auto row = select->Step();
    if (!row) return row.error();
    if (!*row) return letters;
    letters.push_back({DeadLetterId(std::to_string(select->Integer(0))),
                       StreamName(select->Text(1)),
                       {static_cast<DeadLetterForm>(select->Integer(2)),
                        select->Text(3),
                        select->Text(4),
                        select->Text(5),
                        static_cast<std::uint32_t>(select->Integer(6)),
                        Timestamp(std::chrono::milliseconds(select->Integer(7))),
                        select->Text(8),
                        static_cast<int>(select->Integer(9))}});
  }
}

Status SqliteStreamAdmin::Resolve(const StoredDeadLetter& letter,
                                  const AppendTransaction& replacement) {
  auto transaction = SqliteTransaction::Begin(database_);
  if (!transaction) return std::move(transaction).error();
  auto remove = database_.Prepare("DELETE FROM dead_letters WHERE id = ?");
  if (!remove) return std::move(remove).error();
  if (auto status = remove->Bind(letter.id.value()).Run(); !status) return status;
  // Somebody else resolved it meanwhile: then its entries are in the stream already.
  if (database_.Changes() == 0) return Ok();
  if (auto status = ApplyAppend(database_, replacement); !status) return status;
  return transaction->Commit();
}

}  // namespace

Result<std::unique_ptr<StreamAdmin>> OpenSqliteStreamAdmin(const std::string& path) {
  auto database = OpenStreamsFile(path);
  if (!database) return std::move(database).error();
  return std::unique_ptr<StreamAdmin>(new SqliteStreamAdmin(std::move(*database)));
}

}  // namespace polyhouse
