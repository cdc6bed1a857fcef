#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/ledger.h"
#include "flow/listing/known_bad.h"
#include "flow/listing/listings.h"
#include "flow/listing/page_letters.h"
#include "flow/listing/row_index.h"
#include "flow/source_state.h"

namespace polyhouse {

/// Where a page came from and what it is to its walk.
struct PageOrigin {
  std::string_view lane{};
  std::string walk{};  ///< Names one walk through the listing or a part of it.
  std::string from{};  ///< The cursor it was asked with.
  bool ends = false;   ///< It is the last of its walk.
  std::uint64_t version = 0;
  SteadyTime asked{};  ///< When the request was sent.
  SteadyTime::duration took{};
  /// Put every record into the stream, also one that is what the stream got last: a table may have
  /// lost it.
  bool anew = false;
};

/// What became of a page.
struct StoredPage {
  std::size_t changed = 0;  ///< Records that were new or differed.
  PageLetters letters{};    ///< Of what was not known to be bad yet.
};

struct PageStoreOptions {
  PageArchive* archive = nullptr;  ///< Is told what is about to be stored; null: there is none.
  LookAgain look_again{};
  /// How long what changed is cached, of records that are looked up; zero: nothing is.
  std::chrono::milliseconds cache_ttl{0};
};

/// Puts pages into one stream, each together with its row of the ledger, what is known of its
/// records from now on, and the state that says how far the source was read. A record that is what
/// the stream got last is not put there again. Used by all lanes of an ingester, from any thread.
class PageStore {
 public:
  /// All outlive it.
  PageStore(const ListingType& type,
            StreamWriter& streams,
            Clock& clock,
            PageStoreOptions options = {})
      : type_(type),
        source_(type.names, streams, clock, options.archive),
        clock_(clock),
        ages_(clock),
        cache_ttl_(options.cache_ttl),
        rows_(std::move(options.look_again)) {}

  /// To be called once before anything else.
  Status Load();
  /// What is kept beside the stream, and the way to it.
  SourceState& source() { return source_; }
  const ListingType& type() const { return type_; }
  const IngesterNames& names() const { return type_.names; }

  /// Everything of the page in one transaction, with the state, fields and sums of `with`. A bad
  /// record that has its dead letter already, byte for byte the same, gets no second one: lanes
  /// meet it again and again; so it is with what cannot be read of a row.
  Result<StoredPage> Store(const ListingPage& page,
                           const PageOrigin& origin,
                           AppendTransaction with = {});
  /// Only state, of a listing that is read from its beginning again: what was known of its records
  /// is forgotten with it, so that tables which were made anew get everything.
  Status SaveAnew(AppendTransaction with);

  // Of records that may still change.

  /// The whole open half was walked: what was open before and was not met has left it. Returns how
  /// many did.
  Result<std::size_t> MarkMissing(const IdSet& seen, const WalkBegin& begun);
  /// To be asked before the first request of a walk.
  WalkBegin BeginWalk();
  /// At most `most` records to look up now.
  std::vector<std::string> Due(std::size_t most);
  /// True while a record has left the open half and was not looked up yet. Does not wait.
  bool HasUrgent() const { return urgent_; }
  /// Whether the record must be in one of the halves, and is not merely due.
  bool IsSought(const std::string& id);
  /// These were looked up now: again later, the rarer the older they are. Those that have been
  /// waited for too long are given up, which the ledger says; returns how many.
  Result<std::size_t> NoteAsked(const std::vector<std::string>& ids, const SettleTimes& times);
  /// The API knows nothing of this record. True when that is the second time in a row: the ledger
  /// says that it is gone, its row stays.
  Result<bool> NoteAbsent(const std::string& id, const SettleTimes& times);
  /// A record that the API does not know and that nobody watches: the ledger says that it is gone.
  Status NoteGone(const std::string& id);
  /// Records in this phase now.
  std::size_t CountOf(RowPhase phase);

 private:
  Status KeepForeignOffset();
  struct Draft;
  void AddRows(const ListingPage& page,
               const PageOrigin& origin,
               const RowIndex::Fetch& fetch,
               Draft& draft);
  LedgerRow LedgerRowOf(const ListingPage& page, const PageOrigin& origin, std::size_t changed);
  void CacheRow(const ListedRow& row, AppendTransaction& append) const;
  Status MarkGone(const std::string& id);
  LedgerRow MarkOf(const std::string& id, std::string_view status);
  FieldChange FieldOf(const std::string& id, const std::optional<KnownRow>& row) const;

  const ListingType& type_;
  SourceState source_;
  Clock& clock_;
  AgeClock ages_;
  std::chrono::milliseconds cache_ttl_;
  std::mutex mutex_;  ///< Over everything below.
  KnownBad known_bad_;
  RowIndex rows_;
  std::atomic<bool> urgent_ = false;
};

}  // namespace polyhouse
