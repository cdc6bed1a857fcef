#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/fills/block_book.h"
#include "flow/fills/chain_endpoint.h"
#include "flow/source_state.h"

namespace polyhouse {

/// The names under which the fills ingester is known.
const IngesterNames& FillNames();
/// And that of the other actions with tokens.
const IngesterNames& ActionNames();

/// The first block that is wanted, as the state `…_from` has it; empty when it is none.
std::optional<std::uint64_t> FirstBlockIn(std::string_view state);

/// What became of a range.
struct StoredRange {
  std::size_t rows = 0;
  std::size_t bad = 0;
};

/// The newest block that was read, as the chain had it then.
struct ChainTip {
  std::uint64_t block = 0;
  std::string hash;
};

/// What a range is stored with.
struct StoreOptions {
  std::uint64_t keep_from = 0;     ///< Rows of blocks from here on are remembered.
  std::uint64_t replacements = 0;  ///< FillStore::replacements() before the range was asked for.
};

/// Puts fetched ranges into the stream of fills, or of actions, with everything that is known of
/// them: which blocks are read, the ledger's row, and, for the newest blocks, what makes out their
/// rows, so that they can be taken back when the chain replaces them. Used by all lanes, from any
/// thread.
class FillStore {
 public:
  /// Both must outlive it.
  FillStore(StreamWriter& streams, Clock& clock, const IngesterNames& names = FillNames())
      : source_(names, streams, clock), clock_(clock) {}

  SourceState& source() { return source_; }
  /// To be called once before anything else.
  Status Load();

  /// The first block that is wanted, as `setting` says it: kept, because "a day ago" is another
  /// block tomorrow. Empty when another setting was resolved before.
  Result<std::optional<std::uint64_t>> FirstBlock(const std::string& setting);
  Status KeepFirstBlock(const std::string& setting, std::uint64_t block);

  /// The head is followed from here on.
  Status BeginAt(const ChainTip& tip);
  void Want(const BlockRange& all);
  std::optional<BlockRange> Take(std::uint64_t most);
  void Release(const BlockRange& range);
  bool IsDone();
  std::uint64_t Missing();

  std::optional<ChainTip> tip();
  /// Blocks whose rows are remembered one by one, with their hashes, the newest first.
  std::vector<ChainTip> Remembered();
  /// The oldest block whose rows are remembered; empty when there is none.
  std::optional<std::uint64_t> FirstRemembered();

  /// How often blocks were taken back.
  std::uint64_t replacements();
  /// kTransient when blocks of the range were taken back while it was asked for: it may be of the
  /// old chain, and nothing would find that out later.
  Result<StoredRange> Store(FetchedRange fetched,
                            std::string_view lane,
                            const StoreOptions& options);
  /// These blocks are to be read again: whoever reads begins anew from the state.
  Status ReadAgain(std::span<const BlockRange> ranges);
  /// The chain has replaced everything above `block`, whose hash is `hash`: what was stored of it
  /// is taken back, and is to be read again. Returns how many rows that were.
  Result<std::size_t> TakeBack(const ChainTip& agreed);

 private:
  /// Blocks of which single rows are remembered.
  struct Recent {
    BlockRange range;
    std::string hash;  ///< Of its last block.
    std::string rows;  ///< One a line.
  };

  void AddLetters(const FetchedRange& fetched, AppendTransaction& append);
  void AddLedger(const FetchedRange& fetched,
                 std::string_view lane,
                 std::uint64_t version,
                 AppendTransaction& append);
  /// Whether one of the replacements after the first `since` has reached into it.
  bool WasReplaced(const BlockRange& range, std::uint64_t since) const;
  void KeepInMind(const std::string& field, const std::string& text);
  void AddRecent(const FetchedRange& fetched, std::uint64_t keep_from, AppendTransaction& append);

  SourceState source_;
  Clock& clock_;
  std::mutex mutex_;  ///< Over everything below, and over the order of what is stored.
  BlockBook book_;
  std::optional<ChainTip> tip_;
  std::map<std::string, Recent> recent_;  ///< By the text of their range.
  std::vector<std::uint64_t> replaced_;   ///< The last block that stood, of each replacement.
};

}  // namespace polyhouse
