#include "flow/fills/fill_store.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "base/one_line.h"
#include "base/split.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "codec/timestamp.h"
#include "domain/ledger.h"
#include "flow/block_entry.h"

namespace polyhouse {
namespace {

/// Without a tip nothing is remembered of `…_recent`, which is a map.
constexpr std::array<std::string_view, 2> kPositions = {kBlocksState, kTipState};
constexpr std::string_view kWalk = "blocks";

/// Rows that an entry holds, but for a block of more: all of a block stand together.
constexpr std::size_t kEntryRows = 500;

/// What makes out a fill, and the trade of it.
std::string Identity(const OrderFill& fill) {
  return std::to_string(fill.block_number) + " " + std::to_string(fill.log_index) + " " +
         std::to_string(fill.block_time.time_since_epoch().count()) + " " + fill.transaction_hash +
         " " + fill.exchange + " " + fill.generation + " " + fill.maker_asset_id.value() + " " +
         fill.taker_asset_id.value();
}

std::string Identity(const TokenAction& action) {
  return std::to_string(action.block_number) + " " + std::to_string(action.log_index) + " " +
         action.transaction_hash + " " + action.action;
}

/// All that a fill may be found by: what is taken back is looked for where it was put.
std::string RecentLine(const OrderFill& fill) {
  return Identity(fill) + " " + fill.maker + " " + fill.taker + "\n";
}

/// As it is.
std::string RecentLine(const TokenAction& action) {
  return EncodeEntry(action) + "\n";
}

/// Lines of older programs are without the wallets.
std::optional<OrderFill> ParseRecent(std::string_view line) {
  const auto parts = Split(line, ' ');
  OrderFill fill;
  std::int64_t time = 0;
  if ((parts.size() != 8 && parts.size() != 10) || !ReadNumber(parts[0], fill.block_number) ||
      !ReadNumber(parts[1], fill.log_index) || !ReadNumber(parts[2], time)) {
    return std::nullopt;
  }
  fill.block_time = Timestamp(std::chrono::milliseconds(time));
  fill.transaction_hash = parts[3];
  fill.exchange = parts[4];
  fill.generation = parts[5];
  fill.maker_asset_id = TokenId(parts[6]);
  fill.taker_asset_id = TokenId(parts[7]);
  if (parts.size() == 10) {
    fill.maker = parts[8];
    fill.taker = parts[9];
  }
  fill.removed = true;
  return fill;
}

/// Rows that the chain has taken back.
struct GoneRows {
  std::vector<OrderFill> fills;
  std::vector<TokenAction> actions;

  /// kConfig when it is no line of either: what it stands for could not be taken back.
  Status AddLine(std::string_view line, std::uint64_t after) {
    if (line.starts_with('{')) {
      auto action = decoder.Decode(line);
      if (!action) return Unreadable(line);
      action->removed = true;
      if (action->block_number > after) actions.push_back(std::move(*action));
      return Ok();
    }
    auto fill = ParseRecent(line);
    if (!fill) return Unreadable(line);
    if (fill->block_number > after) fills.push_back(std::move(*fill));
    return Ok();
  }
  static Error Unreadable(std::string_view line) {
    return ConfigError("the state " + std::string(kRecentState) + " has the line \"" +
                       OneLine(line, 120) + "\", which is no row that was read");
  }
  EntryDecoder<TokenAction> decoder;
};

template <class Row>
void SortByPlace(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::pair(a.block_number, a.log_index) < std::pair(b.block_number, b.log_index);
  });
}

/// Blocks are never divided, so that all fills of a transaction stand in one entry.
template <class Row>
void AddEntries(std::vector<Row>& rows, std::uint64_t version, AppendTransaction& append) {
  NativeBlock<Row> block;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].version = version;
    block.Append(rows[i]);
    const bool ends_block =
        i + 1 == rows.size() || rows[i + 1].block_number != rows[i].block_number;
    if (!ends_block || (block.rows() < kEntryRows && i + 1 < rows.size())) continue;
    append.entries.push_back(BlockEntry(block, FormatTime(TimeOfVersion(version))));
    block.Clear();
  }
}

std::optional<ChainTip> ParseTip(std::string_view text) {
  const auto parts = Split(text, ' ');
  ChainTip tip;
  if (parts.size() != 2 || !ReadNumber(parts[0], tip.block)) return std::nullopt;
  tip.hash = parts[1];
  return tip;
}

std::string ToText(const ChainTip& tip) {
  return std::to_string(tip.block) + " " + tip.hash;
}

}  // namespace

const IngesterNames& FillNames() {
  static const IngesterNames names{
      "fills", OrderFill::kStream, "state:polygon_fills", "polygon/fills", kPositions};
  return names;
}

const IngesterNames& ActionNames() {
  static const IngesterNames names{"actions",
                                   TokenAction::kStream,
                                   "state:polygon_token_actions",
                                   "polygon/token_actions",
                                   kPositions};
  return names;
}

Status FillStore::Load() {
  const std::lock_guard lock(mutex_);
  if (auto status = source_.Load(); !status) return status;
  const auto blocks = source_.Get(kBlocksState);
  if (!blocks) return blocks.error();
  auto book = BlockBook::Parse(*blocks);
  if (!book) return std::move(book).error();
  book_ = std::move(*book);
  const auto tip = source_.Get(kTipState);
  if (!tip) return tip.error();
  tip_ = ParseTip(*tip);
  recent_.clear();
  if (!tip_) return Ok();
  const auto fields = source_.Fields(kRecentState);
  if (!fields) return fields.error();
  for (const auto& [field, text] : *fields) KeepInMind(field, text);
  return Ok();
}

void FillStore::KeepInMind(const std::string& field, const std::string& text) {
  const auto range = ParseBlockRange(field);
  const auto end = text.find('\n');
  if (!range || end == std::string::npos) return;
  recent_[field] = {*range, text.substr(0, end), text.substr(end + 1)};
}

std::optional<std::uint64_t> FirstBlockIn(std::string_view state) {
  const auto space = state.rfind(' ');
  std::uint64_t block = 0;
  if (space == std::string_view::npos || !ReadNumber(state.substr(space + 1), block)) {
    return std::nullopt;
  }
  return block;
}

Result<std::optional<std::uint64_t>> FillStore::FirstBlock(const std::string& setting) {
  const auto kept = source_.Get(kFromState);
  if (!kept) return kept.error();
  if (kept->substr(0, kept->rfind(' ')) != setting) return std::optional<std::uint64_t>();
  return FirstBlockIn(*kept);
}

Status FillStore::KeepFirstBlock(const std::string& setting, std::uint64_t block) {
  return source_.Append(
      {.set = {{source_.Key(kFromState), setting + " " + std::to_string(block)}}});
}

Status FillStore::BeginAt(const ChainTip& tip) {
  const std::lock_guard lock(mutex_);
  auto status = source_.Append({.set = {{source_.Key(kTipState), ToText(tip)}}});
  if (status) tip_ = tip;
  return status;
}

void FillStore::Want(const BlockRange& all) {
  const std::lock_guard lock(mutex_);
  book_.Want(all);
}

std::optional<BlockRange> FillStore::Take(std::uint64_t most) {
  const std::lock_guard lock(mutex_);
  return book_.Take(most);
}

void FillStore::Release(const BlockRange& range) {
  const std::lock_guard lock(mutex_);
  book_.Release(range);
}

bool FillStore::IsDone() {
  const std::lock_guard lock(mutex_);
  return book_.IsDone();
}

std::uint64_t FillStore::Missing() {
  const std::lock_guard lock(mutex_);
  return book_.Missing();
}

std::optional<ChainTip> FillStore::tip() {
  const std::lock_guard lock(mutex_);
  return tip_;
}

std::vector<ChainTip> FillStore::Remembered() {
  const std::lock_guard lock(mutex_);
  std::vector<ChainTip> tips;
  for (const auto& [field, recent] : recent_) tips.push_back({recent.range.to, recent.hash});
  std::sort(tips.begin(), tips.end(), [](const ChainTip& a, const ChainTip& b) {
    return a.block > b.block;
  });
  return tips;
}

std::optional<std::uint64_t> FillStore::FirstRemembered() {
  const std::lock_guard lock(mutex_);
  std::optional<std::uint64_t> first;
  for (const auto& [field, recent] : recent_) {
    first = std::min(first.value_or(UINT64_MAX), recent.range.from);
  }
  return first;
}

void FillStore::AddLetters(const FetchedRange& fetched, AppendTransaction& append) {
  for (const BadLog& bad : fetched.bad) {
    append.dead_letters.push_back({.form = DeadLetterForm::kApiRecord,
                                   .data = bad.raw,
                                   .kind = std::string(ToString(bad.error.kind)),
                                   .reason = bad.error.message,
                                   .first_seen = clock_.Now()});
  }
}

void FillStore::AddLedger(const FetchedRange& fetched,
                          std::string_view lane,
                          std::uint64_t version,
                          AppendTransaction& append) {
  std::string content;
  for (const OrderFill& fill : fetched.fills) content += Identity(fill) + "\n";
  for (const TokenAction& action : fetched.actions) content += Identity(action) + "\n";
  const LedgerRow row{.source = std::string(source_.names().source),
                      .lane = std::string(lane),
                      .walk = std::string(kWalk),
                      .from = std::to_string(fetched.range.from),
                      .to = std::to_string(fetched.range.to),
                      .rows = fetched.rows() + fetched.bad.size(),
                      .changed = fetched.rows(),
                      .bad = fetched.bad.size(),
                      .content_hash = HexText(XXH3_64bits(content.data(), content.size())),
                      .status = std::string(kLedgerBlocks),
                      .endpoint = fetched.endpoint,
                      .took_ms = static_cast<std::uint64_t>(fetched.took.count()),
                      .fetched_at = TimeOfVersion(version),
                      .version = version};
  append.others.push_back({StreamName(std::string(LedgerRow::kStream)), {LedgerEntry(row)}});
}

void FillStore::AddRecent(const FetchedRange& fetched,
                          std::uint64_t keep_from,
                          AppendTransaction& append) {
  for (const auto& [field, recent] : recent_) {
    if (recent.range.to < keep_from) {
      append.fields.push_back({source_.Key(kRecentState), field, std::nullopt});
    }
  }
  const BlockRange kept{std::max(fetched.range.from, keep_from), fetched.range.to};
  if (kept.from > kept.to) return;
  std::string rows;
  const auto remember = [&](const auto& row) {
    if (row.block_number >= kept.from) rows += RecentLine(row);
  };
  std::for_each(fetched.fills.begin(), fetched.fills.end(), remember);
  std::for_each(fetched.actions.begin(), fetched.actions.end(), remember);
  append.fields.push_back(
      {source_.Key(kRecentState), polyhouse::ToText(kept), fetched.last_hash + "\n" + rows});
}

std::uint64_t FillStore::replacements() {
  const std::lock_guard lock(mutex_);
  return replaced_.size();
}

bool FillStore::WasReplaced(const BlockRange& range, std::uint64_t since) const {
  return std::any_of(replaced_.begin() + static_cast<std::ptrdiff_t>(since),
                     replaced_.end(),
                     [&](std::uint64_t stood) { return range.to > stood; });
}

Result<StoredRange> FillStore::Store(FetchedRange fetched,
                                     std::string_view lane,
                                     const StoreOptions& options) {
  const std::lock_guard lock(mutex_);
  if (WasReplaced(fetched.range, options.replacements)) {
    return TransientError("the chain has replaced blocks of " + polyhouse::ToText(fetched.range) +
                          " while they were read");
  }
  const std::uint64_t version = source_.NextVersion();
  AppendTransaction append;
  AddEntries(fetched.fills, version, append);
  AddEntries(fetched.actions, version, append);
  AddLetters(fetched, append);
  AddLedger(fetched, lane, version, append);
  AddRecent(fetched, options.keep_from, append);
  append.set.push_back(source_.VersionState());
  append.set.emplace_back(source_.Key(kBlocksState), book_.TextWith(fetched.range));
  const bool is_newest = !tip_ || fetched.range.to > tip_->block;
  const ChainTip tip{fetched.range.to, fetched.last_hash};
  if (is_newest) append.set.emplace_back(source_.Key(kTipState), ToText(tip));
  append.add.emplace_back(source_.Key(kOffsetState), static_cast<std::int64_t>(fetched.rows()));
  const auto changes = append.fields;
  if (auto status = source_.Append(std::move(append)); !status) return std::move(status).error();
  book_.MarkRead(fetched.range);
  if (is_newest) tip_ = tip;
  for (const FieldChange& change : changes) {
    recent_.erase(change.field);
    if (change.value) KeepInMind(change.field, *change.value);
  }
  return StoredRange{fetched.rows(), fetched.bad.size()};
}

Status FillStore::ReadAgain(std::span<const BlockRange> ranges) {
  const std::lock_guard lock(mutex_);
  BlockBook book = book_;
  for (const BlockRange& range : ranges) book.Forget(range);
  auto status = source_.SetBack({.set = {{source_.Key(kBlocksState), book.ToText()}}});
  if (status) book_ = std::move(book);
  return status;
}

Result<std::size_t> FillStore::TakeBack(const ChainTip& agreed) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t version = source_.NextVersion();
  AppendTransaction append;
  GoneRows gone;
  for (const auto& [field, recent] : recent_) {
    if (recent.range.to <= agreed.block) continue;
    append.fields.push_back({source_.Key(kRecentState), field, std::nullopt});
    for (const std::string& line : Split(recent.rows, '\n')) {
      if (auto status = gone.AddLine(line, agreed.block); !status) return std::move(status).error();
    }
  }
  SortByPlace(gone.fills);
  SortByPlace(gone.actions);
  AddEntries(gone.fills, version, append);
  AddEntries(gone.actions, version, append);
  BlockBook book = book_;
  book.Forget({agreed.block + 1, UINT64_MAX - 1});
  append.set = {source_.VersionState(),
                {source_.Key(kBlocksState), book.ToText()},
                {source_.Key(kTipState), ToText(agreed)}};
  const auto changes = append.fields;
  if (auto status = source_.Append(std::move(append)); !status) return std::move(status).error();
  book_ = std::move(book);
  tip_ = agreed;
  replaced_.push_back(agreed.block);
  for (const FieldChange& change : changes) recent_.erase(change.field);
  return gone.fills.size() + gone.actions.size();
}

}  // namespace polyhouse
