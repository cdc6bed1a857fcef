#include "flow/write/table_writer.h"

#include <algorithm>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "base/either_stop.h"
#include "codec/entry_codec.h"
#include "flow/retrier.h"
#include "flow/write/batch.h"
#include "flow/write/batch_ceiling.h"
#include "flow/write/stream_trimmer.h"

namespace polyhouse {
namespace {

/// How long an idle writer waits for entries before it looks around again.
constexpr std::chrono::milliseconds kIdleWait{500};
/// The same while a batch is in the database's hands: its entries wait to be acknowledged.
constexpr std::chrono::milliseconds kSettleWait{50};
constexpr std::size_t kReadEntries = 2'000;
/// When every row of a batch of at least this many is refused, no row is at fault.
constexpr std::size_t kSuspicious = 10;
constexpr std::size_t kReadBytes = 4UL << 20U;

/// How often a batch that was too much is sent again before it is sent in halves.
constexpr std::uint32_t kTooMuchAgain = 1;

/// Whether a batch that was refused is to be sent in halves: a row may be at fault, or its size.
bool HalvesHelp(const Error& error) {
  return error.kind == ErrorKind::kRejected || error.too_much;
}

class RowWriter final : public TableWriter {
 public:
  RowWriter(const RecordType& type,
            TableWriterOptions options,
            TableWriterTools tools,
            std::uint64_t jitter_seed)
      : type_(type),
        stream_(std::string(type.stream)),
        options_(std::move(options)),
        tools_(tools),
        stream_retrier_(
            {options_.backoff},
            [this](const Error& error, auto wait) {
              tools_.events.StreamRetried(table(), error, wait);
            },
            tools.clock,
            jitter_seed),
        insert_retrier_(
            {options_.backoff},
            [this](const Error& error, auto wait) {
              tools_.events.InsertRetried(table(), error, wait);
            },
            tools.clock,
            ~jitter_seed),
        ceiling_(options_.batch.bytes) {}

  Status Run(std::stop_token stop, std::stop_token drain) override;

 private:
  using Entries = std::vector<Entry>;
  static constexpr EntryId kStart{};

  std::string_view table() const { return type_.table; }
  /// How much the batch has room for, at least one entry.
  ReadLimit Room() const;

  Status Recover();
  Status FinishNotedBatch();
  Status WriteOnce(std::stop_token drain, bool& drained);
  Status ClaimOrphans();
  void Take(const Entries& entries);
  /// Rows that were gathered, and entries that hold none.
  std::size_t Size() const { return std::max(batch_->ids().size(), batch_->block().rows()); }
  bool IsFull() const;
  /// Of the batch that is being gathered.
  SteadyTime::duration Age() const { return tools_.clock.Steady() - gathered_since_; }
  bool IsOld() const;
  std::chrono::milliseconds ReadWait() const;

  /// Sends what was gathered, once the batch before it is settled. The next one is gathered while
  /// the database works.
  Status Flush();
  /// Waits for the batch that was sent and finishes it: its entries are acknowledged.
  Status Settle();
  Status FlushAndSettle();
  bool IsSettling() const;
  Status StoreApart();
  /// A row that the database refused, sent alone.
  struct Refused {
    EntryPart row;
    Error error;
    std::uint32_t attempts = 1;
  };
  /// `attempts`: how often these rows were sent, with this time.
  Status StoreHalves(std::span<const EntryPart> rows,
                     std::uint32_t attempts,
                     std::vector<Refused>& refused);
  /// `texts` holds the rows that stand in no entry as text.
  std::vector<EntryPart> RowsOf(std::span<const Entry> entries, std::deque<std::string>& texts);
  Status InsertBlock(RowBlock& block, std::span<const EntryId> ids);
  Status Acknowledge(std::span<const EntryId> ids, std::span<const BuriedEntry> buried);
  /// What an error says of the size of a batch.
  void Learn(const Error& error, std::size_t bytes) {
    if (error.too_much) ceiling_.Refused(bytes, error.kind == ErrorKind::kTransient);
  }

  /// Repeats a stream operation until it succeeds; only kConfig and kStopping come out.
  template <class Operation>
  auto Persist(Operation operation) {
    auto result = stream_retrier_.Do(operation, stop_);
    if (result) tools_.events.StreamGoesOn(table());
    return result;
  }

  const RecordType& type_;
  const StreamName stream_;
  TableWriterOptions options_;
  TableWriterTools tools_;
  Retrier stream_retrier_;
  Retrier insert_retrier_;  ///< Of the thread that inserts.
  BatchCeiling ceiling_;
  std::unique_ptr<Batch> batch_ = std::make_unique<Batch>(type_);  ///< Being gathered.
  std::unique_ptr<Batch> sent_ = std::make_unique<Batch>(type_);   ///< Being inserted.
  std::future<Status> insert_;  ///< Of `sent_`; it alone uses the sink while it runs.
  SteadyTime sent_at_;
  std::stop_token stop_;
  std::stop_token wake_;         ///< Nobody waits for more entries: a stop, or the wish to drain.
  SteadyTime gathered_since_{};  ///< When the first entry of `batch_` came in.
  SteadyTime next_claim_{};
  std::optional<StreamTrimmer> trimmer_;  ///< While Run runs.
};

Status RowWriter::Run(std::stop_token stop, std::stop_token drain) {
  // Ends with the caller's stop, or when this run fails while a batch is still being inserted.
  std::stop_source ending;
  const std::stop_callback on_stop(stop, [&] { ending.request_stop(); });
  stop_ = ending.get_token();
  const EitherStop stop_or_drain(stop_, drain);
  wake_ = stop_or_drain.token();
  trimmer_.emplace(
      tools_.admin,
      StreamTrimmer::Target{stream_, GroupName(std::string(type_.group)), tools_.positions},
      tools_.events);
  auto status = Recover();
  bool drained = false;
  while (status && !drained && !stop.stop_requested()) status = WriteOnce(drain, drained);
  ending.request_stop();
  // What is under way is pending for the next run.
  if (insert_.valid()) (void)insert_.get().has_value();
  trimmer_.reset();
  if (!status && status.error().kind == ErrorKind::kStopping) return Ok();
  return status;
}

Status RowWriter::Recover() {
  if (auto status = FinishNotedBatch(); !status) return status;
  EntryId after = kStart;
  while (true) {
    const auto entries = Persist([&] { return tools_.reader.Pending(after, Room()); });
    if (!entries) return entries.error();
    if (entries->empty()) return FlushAndSettle();
    after = entries->back().id;
    Take(*entries);
    if (!IsFull()) continue;
    if (auto status = Flush(); !status) return status;
  }
}

/// The batch a predecessor had begun to insert is sent again as it was, under its token. If its
/// entries are not all pending here any more, it was finished, or another writer has taken them
/// over.
Status RowWriter::FinishNotedBatch() {
  const auto note = Persist([&] { return tools_.reader.Note(); });
  if (!note) return note.error();
  const auto boundary = ParseBoundary(*note);
  if (!boundary) return Ok();
  EntryId after = kStart;
  while (after < boundary->last && batch_->ids().size() < boundary->count) {
    auto entries = Persist([&] {
      return tools_.reader.Pending(after, {kReadEntries, kReadBytes});
    });
    if (!entries) return entries.error();
    std::erase_if(*entries, [&](const Entry& entry) { return entry.id > boundary->last; });
    if (entries->empty()) break;
    after = entries->back().id;
    Take(*entries);
  }
  if (batch_->ids().size() == boundary->count) return FlushAndSettle();
  batch_->Clear();
  return Ok();
}

Status RowWriter::WriteOnce(std::stop_token drain, bool& drained) {
  // Asked before reading: what was appended before the request is then certainly seen.
  const bool draining = drain.stop_requested();
  const auto wait = draining ? std::chrono::milliseconds(0) : ReadWait();
  const auto entries = Persist([&] { return tools_.reader.Read(Room(), wait, wake_); });
  if (!entries) return entries.error();
  Take(*entries);
  drained = draining && entries->empty();
  if (drained) return FlushAndSettle();
  if (IsFull() || IsOld()) return Flush();
  if (!IsSettling()) {
    if (auto status = Settle(); !status) return status;
  }
  return entries->empty() && !draining ? ClaimOrphans() : Ok();
}

Status RowWriter::ClaimOrphans() {
  const SteadyTime now = tools_.clock.Steady();
  if (now < next_claim_ || !batch_->empty()) return Ok();
  next_claim_ = now + options_.claim_idle / 2;
  const auto claimed =
      Persist([&] { return tools_.reader.Claim(Room().entries, options_.claim_idle); });
  if (!claimed) return claimed.error();
  if (!claimed->empty()) tools_.events.EntriesClaimed(table(), claimed->size());
  Take(*claimed);
  return FlushAndSettle();
}

void RowWriter::Take(const Entries& entries) {
  const Timestamp now = tools_.clock.Now();
  if (batch_->empty()) gathered_since_ = tools_.clock.Steady();
  for (const Entry& entry : entries) {
    for (const Error& error : batch_->Add(entry, now)) {
      tools_.events.RowDeadLettered(table(), ToString(entry.id), error);
    }
  }
}

bool RowWriter::IsFull() const {
  return Size() >= options_.batch.rows || batch_->block().bytes() >= ceiling_.bytes();
}

ReadLimit RowWriter::Room() const {
  if (IsFull()) return {.entries = 1, .bytes = 1};
  return {.entries = kReadEntries,
          .bytes = std::min(kReadBytes, ceiling_.bytes() - batch_->block().bytes()),
          .rows = options_.batch.rows - Size()};
}

bool RowWriter::IsOld() const {
  return !batch_->empty() && Age() >= options_.batch.age;
}

std::chrono::milliseconds RowWriter::ReadWait() const {
  const auto most = sent_->empty() ? kIdleWait : kSettleWait;
  if (batch_->empty()) return most;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(options_.batch.age - Age());
  return std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(0), most);
}

Status RowWriter::Flush() {
  if (auto status = Settle(); !status) return status;
  if (batch_->empty()) return Ok();
  std::swap(batch_, sent_);
  sent_at_ = SteadyNow();
  if (sent_->block().rows() == 0) return Ok();
  const std::string boundary = BatchBoundary(sent_->ids());
  if (auto status = Persist([&] { return tools_.reader.SaveNote(boundary); }); !status)
    return status;
  insert_ =
      std::async(std::launch::async, [this] { return InsertBlock(sent_->block(), sent_->ids()); });
  return Ok();
}

Status RowWriter::Settle() {
  if (sent_->empty()) return Ok();
  const std::size_t rows = sent_->block().rows();
  const std::size_t bytes = sent_->block().bytes();
  auto status = insert_.valid() ? insert_.get() : Ok();
  if (!status && HalvesHelp(status.error())) {
    Learn(status.error(), sent_->block().bytes());
    tools_.events.BatchHalved(table(), rows, status.error());
    status = StoreApart();
  } else if (status) {
    ceiling_.Passed();
    status = Acknowledge(sent_->ids(), sent_->buried());
  }
  if (!status) return status;
  sent_->Clear();
  tools_.events.BatchStored(table(), {rows, bytes, SteadyNow() - sent_at_});
  trimmer_->Wake();
  return Ok();
}

Status RowWriter::FlushAndSettle() {
  auto status = Flush();
  return status ? Settle() : status;
}

/// True while a batch is in the database's hands.
bool RowWriter::IsSettling() const {
  return insert_.valid() && insert_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

/// The database refused the batch: its entries, read again, are stored in halves, and the rows at
/// fault become dead letters. An entry that another consumer has taken over meanwhile is left to
/// it: nothing of it was stored here.
Status RowWriter::StoreApart() {
  // In order, for the search below: a store that lost its last seconds gives entries out again.
  std::vector<EntryId> ids = sent_->ids();
  std::sort(ids.begin(), ids.end());
  std::vector<BuriedEntry> buried = sent_->buried();
  Entries refused;
  EntryId after = kStart;
  while (refused.size() < ids.size()) {
    const auto entries = Persist([&] {
      return tools_.reader.Pending(after, {kReadEntries, kReadBytes});
    });
    if (!entries) return entries.error();
    if (entries->empty()) break;
    after = entries->back().id;
    for (const Entry& entry : *entries) {
      if (std::binary_search(ids.begin(), ids.end(), entry.id)) refused.push_back(entry);
    }
  }
  std::vector<Refused> alone;
  std::deque<std::string> texts;
  if (auto status = StoreHalves(RowsOf(refused, texts), 2, alone); !status) return status;
  if (alone.size() >= kSuspicious && alone.size() == sent_->block().rows()) {
    return ConfigError("the database refuses every one of " + std::to_string(alone.size()) +
                       " rows, so not the rows are at fault but the table or a setting: " +
                       alone.front().error.message);
  }
  for (const Refused& row : alone) {
    tools_.events.RowDeadLettered(table(), ToString(row.row.entry->id), row.error);
    buried.push_back(Bury(row.row, row.error, tools_.clock.Now(), row.attempts));
  }
  std::vector<EntryId> stored;
  for (const Entry& entry : refused) stored.push_back(entry.id);
  return Acknowledge(stored, buried);
}

/// Those that can be read; the others have their dead letters already.
std::vector<EntryPart> RowWriter::RowsOf(std::span<const Entry> entries,
                                         std::deque<std::string>& texts) {
  std::vector<EntryPart> rows;
  const auto block = type_.make_block();
  for (const Entry& entry : entries) {
    if (!IsReadable(entry)) continue;
    if (entry.version == kBlockVersion) {
      auto of_block = type_.texts_of_block(entry.data);
      if (!of_block) continue;
      for (std::string& text : *of_block)
        rows.push_back({&entry, texts.emplace_back(std::move(text))});
      continue;
    }
    RowTexts lines(entry.data, entry.version);
    for (std::string_view text; lines.Next(text);) {
      if (block->Add(text)) rows.push_back({&entry, text});
    }
    block->Clear();
  }
  return rows;
}

Status RowWriter::StoreHalves(std::span<const EntryPart> rows,
                              std::uint32_t attempts,
                              std::vector<Refused>& refused) {
  if (rows.empty()) return Ok();
  const auto block = type_.make_block();
  std::vector<EntryId> ids;
  for (const EntryPart& row : rows) {
    (void)block->Add(row.data).has_value();  // It was read before.
    if (ids.empty() || ids.back() != row.entry->id) ids.push_back(row.entry->id);
  }
  auto status = InsertBlock(*block, ids);
  if (status || !HalvesHelp(status.error())) return status;
  Learn(status.error(), block->bytes());
  if (rows.size() == 1) {
    refused.push_back({rows.front(), status.error(), attempts});
    return Ok();
  }
  const std::size_t half = rows.size() / 2;
  if (auto first = StoreHalves(rows.first(half), attempts + 1, refused); !first) return first;
  return StoreHalves(rows.subspan(half), attempts + 1, refused);
}

Status RowWriter::InsertBlock(RowBlock& block, std::span<const EntryId> ids) {
  const auto pieces = block.Pieces();
  const std::string token = BatchToken(stream_, ids, pieces);
  const TableBatch batch{.table = table(),
                         .columns = type_.columns,
                         .token = token,
                         .native = pieces,
                         .rows = block.rows()};
  // It may have been too much for this moment alone.
  const auto may_repeat = [&](const Error& error, std::uint32_t failures) {
    return !error.too_much || batch.rows == 1 || failures <= kTooMuchAgain;
  };
  return insert_retrier_.DoWhile(
      may_repeat, [&] { return tools_.sink.Insert(batch, stop_); }, stop_);
}

Status RowWriter::Acknowledge(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) {
  return Persist([&] { return tools_.reader.Ack(ids, buried); });
}

}  // namespace

std::unique_ptr<TableWriter> MakeTableWriter(const RecordType& type,
                                             TableWriterOptions options,
                                             TableWriterTools tools,
                                             std::uint64_t jitter_seed) {
  return std::make_unique<RowWriter>(type, std::move(options), tools, jitter_seed);
}

}  // namespace polyhouse
