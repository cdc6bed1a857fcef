#include "flow/table_writer.h"

#include <algorithm>
#include <optional>

#include "codec/table_spec.h"
#include "flow/batch.h"
#include "flow/stream_trimmer.h"

namespace polyhouse {
namespace {

/// How long an idle writer waits for entries before it looks around again.
constexpr std::chrono::milliseconds kIdleWait{500};
constexpr std::size_t kReadEntries = 2'000;
constexpr std::size_t kReadBytes = 4UL << 20U;

template <class Row>
class RowWriter final : public TableWriter {
 public:
  RowWriter(TableWriterOptions options, TableWriterTools tools, std::uint64_t jitter_seed)
      : options_(std::move(options)),
        tools_(tools),
        jitter_(jitter_seed),
        columns_(ColumnList(TableSpecOf<Row>())) {}

  Status Run(std::stop_token stop, std::stop_token drain) override;

 private:
  using Entries = std::vector<Entry>;
  static constexpr EntryId kStart{};

  std::string_view table() const { return TableSpecOf<Row>().table; }
  /// How much the batch has room for, at least one entry.
  ReadLimit Room() const;

  Status Recover();
  Status FinishNotedBatch();
  Status WriteOnce(std::stop_token drain, bool& drained);
  Status ClaimOrphans();
  void Take(const Entries& entries);
  bool IsFull() const;
  bool IsOld() const;
  std::chrono::milliseconds ReadWait() const;

  Status Flush();
  Status StoreBatch();
  Status StoreApart();
  /// `attempts`: how often these entries were sent, with this time.
  Status StoreHalves(std::span<const Entry> entries,
                     std::uint32_t attempts,
                     std::vector<DeadLetter>& letters);
  Status InsertBlock(NativeBlock<Row>& block, std::span<const EntryId> ids);
  Status Acknowledge(std::span<const DeadLetter> letters);

  /// Repeats a stream operation until it succeeds; only kConfig and kStopping come out.
  template <class Operation>
  auto Persist(Operation operation) -> decltype(operation());
  void PauseAfter(std::uint32_t failures, const Error& error, bool inserting);

  TableWriterOptions options_;
  TableWriterTools tools_;
  Jitter jitter_;
  std::string columns_;
  Batch<Row> batch_;
  std::stop_token stop_;
  Timestamp next_claim_{};
  std::optional<StreamTrimmer> trimmer_;  ///< While Run runs.
};

template <class Row>
Status RowWriter<Row>::Run(std::stop_token stop, std::stop_token drain) {
  stop_ = stop;
  trimmer_.emplace(tools_.admin,
                   StreamTrimmer::Target{options_.stream, options_.group, tools_.positions},
                   tools_.events);
  auto status = Recover();
  bool drained = false;
  while (status && !drained && !stop.stop_requested()) status = WriteOnce(drain, drained);
  trimmer_.reset();
  if (!status && status.error().kind == ErrorKind::kStopping) return Ok();
  return status;
}

template <class Row>
Status RowWriter<Row>::Recover() {
  if (auto status = FinishNotedBatch(); !status) return status;
  EntryId after = kStart;
  while (true) {
    const auto entries = Persist([&] { return tools_.reader.Pending(after, Room()); });
    if (!entries) return entries.error();
    if (entries->empty()) return Flush();
    after = entries->back().id;
    Take(*entries);
    if (!IsFull()) continue;
    if (auto status = Flush(); !status) return status;
  }
}

/// The batch a predecessor had begun to insert is sent again as it was, under its token. If its
/// entries are not all pending here any more, it was finished, or another writer has taken them
/// over.
template <class Row>
Status RowWriter<Row>::FinishNotedBatch() {
  const auto note = Persist([&] { return tools_.reader.Note(); });
  if (!note) return note.error();
  const auto boundary = ParseBoundary(*note);
  if (!boundary) return Ok();
  EntryId after = kStart;
  while (after < boundary->last && batch_.ids().size() < boundary->count) {
    auto entries = Persist([&] {
      return tools_.reader.Pending(after, {kReadEntries, kReadBytes});
    });
    if (!entries) return entries.error();
    std::erase_if(*entries, [&](const Entry& entry) { return entry.id > boundary->last; });
    if (entries->empty()) break;
    after = entries->back().id;
    Take(*entries);
  }
  if (batch_.ids().size() == boundary->count) return Flush();
  batch_.Clear();
  return Ok();
}

template <class Row>
Status RowWriter<Row>::WriteOnce(std::stop_token drain, bool& drained) {
  // Asked before reading: what was appended before the request is then certainly seen.
  const bool draining = drain.stop_requested();
  const auto wait = draining ? std::chrono::milliseconds(0) : ReadWait();
  const auto entries = Persist([&] { return tools_.reader.Read(Room(), wait, stop_); });
  if (!entries) return entries.error();
  Take(*entries);
  if (IsFull() || IsOld() || (draining && entries->empty())) {
    if (auto status = Flush(); !status) return status;
  }
  drained = draining && entries->empty();
  return entries->empty() && !draining ? ClaimOrphans() : Ok();
}

template <class Row>
Status RowWriter<Row>::ClaimOrphans() {
  const Timestamp now = tools_.clock.Now();
  if (now < next_claim_ || !batch_.empty()) return Ok();
  next_claim_ = now + options_.claim_idle / 2;
  const auto claimed =
      Persist([&] { return tools_.reader.Claim(Room().entries, options_.claim_idle); });
  if (!claimed) return claimed.error();
  Take(*claimed);
  return Flush();
}

template <class Row>
void RowWriter<Row>::Take(const Entries& entries) {
  const Timestamp now = tools_.clock.Now();
  for (const Entry& entry : entries) {
    if (auto status = batch_.Add(entry, now); !status) {
      tools_.events.RowDeadLettered(table(), ToString(entry.id), status.error());
    }
  }
}

template <class Row>
bool RowWriter<Row>::IsFull() const {
  return batch_.ids().size() >= options_.batch.rows ||
         batch_.block().bytes() >= options_.batch.bytes;
}

template <class Row>
ReadLimit RowWriter<Row>::Room() const {
  if (IsFull()) return {.entries = 1, .bytes = 1};
  return {.entries = std::min(kReadEntries, options_.batch.rows - batch_.ids().size()),
          .bytes = std::min(kReadBytes, options_.batch.bytes - batch_.block().bytes())};
}

template <class Row>
bool RowWriter<Row>::IsOld() const {
  return !batch_.empty() && tools_.clock.Now() - batch_.since() >= options_.batch.age;
}

template <class Row>
std::chrono::milliseconds RowWriter<Row>::ReadWait() const {
  if (batch_.empty()) return kIdleWait;
  const auto left = options_.batch.age - (tools_.clock.Now() - batch_.since());
  return std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(0), kIdleWait);
}

template <class Row>
Status RowWriter<Row>::Flush() {
  if (batch_.empty()) return Ok();
  const auto started = SteadyNow();
  const std::size_t rows = batch_.block().rows();
  if (auto status = StoreBatch(); !status) return status;
  batch_.Clear();
  tools_.events.BatchStored(table(), rows, SteadyNow() - started);
  trimmer_->Wake();
  return Ok();
}

template <class Row>
Status RowWriter<Row>::StoreBatch() {
  if (batch_.block().rows() > 0) {
    const std::string boundary = BatchBoundary(batch_.ids());
    if (auto status = Persist([&] { return tools_.reader.SaveNote(boundary); }); !status)
      return status;
    auto status = InsertBlock(batch_.block(), batch_.ids());
    if (!status && status.error().kind == ErrorKind::kRejected) {
      tools_.events.BatchHalved(table(), batch_.block().rows(), status.error());
      return StoreApart();
    }
    if (!status) return status;
  }
  return Acknowledge(batch_.dead_letters());
}

/// The database refused the batch: its entries, read again, are stored in halves, and the rows at
/// fault become dead letters.
template <class Row>
Status RowWriter<Row>::StoreApart() {
  // In order, for the search below: a store that lost its last seconds gives entries out again.
  std::vector<EntryId> ids = batch_.ids();
  std::sort(ids.begin(), ids.end());
  std::vector<DeadLetter> letters = batch_.dead_letters();
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
  if (auto status = StoreHalves(refused, 2, letters); !status) return status;
  return Acknowledge(letters);
}

template <class Row>
Status RowWriter<Row>::StoreHalves(std::span<const Entry> entries,
                                   std::uint32_t attempts,
                                   std::vector<DeadLetter>& letters) {
  Batch<Row> part;
  for (const Entry& entry : entries) {
    // An entry without a row has its dead letter already.
    (void)part.Add(entry, tools_.clock.Now()).has_value();
  }
  if (part.block().rows() == 0) return Ok();
  auto status = InsertBlock(part.block(), part.ids());
  if (status || status.error().kind != ErrorKind::kRejected) return status;
  if (entries.size() == 1) {
    tools_.events.RowDeadLettered(table(), ToString(entries.front().id), status.error());
    letters.push_back(
        EntryDeadLetter(entries.front(), status.error(), tools_.clock.Now(), attempts));
    return Ok();
  }
  const std::size_t half = entries.size() / 2;
  if (auto first = StoreHalves(entries.first(half), attempts + 1, letters); !first) return first;
  return StoreHalves(entries.subspan(half), attempts + 1, letters);
}

template <class Row>
Status RowWriter<Row>::InsertBlock(NativeBlock<Row>& block, std::span<const EntryId> ids) {
  const auto pieces = block.Pieces();
  const std::string token = BatchToken(options_.stream, ids, pieces);
  const TableBatch batch{.table = table(),
                         .columns = columns_,
                         .token = token,
                         .native = pieces,
                         .rows = block.rows()};
  for (std::uint32_t failures = 0;;) {
    auto status = tools_.sink.Insert(batch, stop_);
    if (status || status.error().kind != ErrorKind::kTransient) return status;
    PauseAfter(++failures, status.error(), /*inserting=*/true);
  }
}

template <class Row>
Status RowWriter<Row>::Acknowledge(std::span<const DeadLetter> letters) {
  return Persist([&] { return tools_.reader.Ack(batch_.ids(), letters); });
}

template <class Row>
template <class Operation>
auto RowWriter<Row>::Persist(Operation operation) -> decltype(operation()) {
  for (std::uint32_t failures = 0;;) {
    if (stop_.stop_requested()) return StoppingError();
    auto result = operation();
    if (result || result.error().kind != ErrorKind::kTransient) return result;
    PauseAfter(++failures, result.error(), /*inserting=*/false);
  }
}

template <class Row>
void RowWriter<Row>::PauseAfter(std::uint32_t failures, const Error& error, bool inserting) {
  const auto wait = BackoffDelay(options_.backoff,
                                 failures,
                                 jitter_.Next(),
                                 error.retry_after.value_or(std::chrono::milliseconds(0)));
  if (inserting) {
    tools_.events.InsertRetried(table(), error, wait);
  } else {
    tools_.events.StreamRetried(table(), error, wait);
  }
  tools_.clock.SleepUntil(tools_.clock.Now() + wait, stop_);
}

}  // namespace

std::unique_ptr<TableWriter> MakeMarketsWriter(TableWriterOptions options,
                                               TableWriterTools tools,
                                               std::uint64_t jitter_seed) {
  return std::make_unique<RowWriter<Market>>(std::move(options), tools, jitter_seed);
}

std::unique_ptr<TableWriter> MakeEventsWriter(TableWriterOptions options,
                                              TableWriterTools tools,
                                              std::uint64_t jitter_seed) {
  return std::make_unique<RowWriter<Event>>(std::move(options), tools, jitter_seed);
}

}  // namespace polyhouse
