#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/ledger.h"
#include "flow/known_bad.h"
#include "flow/listing.h"
#include "flow/page_letters.h"
#include "flow/row_index.h"
#include "ports/page_archive.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// The names under which an ingester is known; the request fixed streams and state keys.
struct IngesterNames {
  std::string_view ingester;   ///< "markets"
  std::string_view stream;     ///< "stream:markets"
  std::string_view group;      ///< "markets_writers"
  std::string_view state_key;  ///< "state:polymarket_markets"
  std::string_view source;     ///< "gamma/markets", in the ledger.
};

inline constexpr IngesterNames kMarketsNames = {
    "markets", "stream:markets", "markets_writers", "state:polymarket_markets", "gamma/markets"};
inline constexpr IngesterNames kEventsNames = {"events",
                                               "stream:polymarket_events",
                                               "polymarket_events_writers",
                                               "state:polymarket_events",
                                               "gamma/events"};

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
};

/// Puts pages into one stream, each together with its row of the ledger, what is known of its
/// records from now on, and the state that says how far the source was read. A record that is what
/// the stream got last is not put there again. It also gives out versions: the time in ms, but
/// always higher than any before, even if the machine's clock was set back. Used by all lanes of an
/// ingester, from any thread.
class PageStore {
 public:
  PageStore(const IngesterNames& names,
            StreamWriter& streams,
            Clock& clock,
            PageStoreOptions options = {})
      : names_(names),
        streams_(streams),
        clock_(clock),
        ages_(clock),
        archive_(options.archive),
        rows_(std::move(options.look_again)) {}

  /// To be called once before anything else.
  Status Load();
  std::uint64_t NextVersion();
  /// Everything of the page in one transaction, with the state, fields and sums of `with`. A bad
  /// record that has its dead letter already, byte for byte the same, gets no second one: lanes
  /// meet it again and again; so it is with what cannot be read of a row.
  Result<StoredPage> Store(const ListingPage& page,
                           const PageOrigin& origin,
                           AppendTransaction with = {});
  /// Only state, of a listing that is read from its beginning again: what was known of its records
  /// is forgotten with it, so that tables which were made anew get everything.
  Status SaveAnew(AppendTransaction with);
  /// Only state.
  Status Save(AppendTransaction with);

  /// `state:polymarket_markets` + `suffix`; empty when never set.
  Result<std::string> State(std::string_view suffix);
  Result<StateFields> Fields(std::string_view suffix);
  std::string Key(std::string_view suffix) const {
    return std::string(names_.state_key) + std::string(suffix);
  }
  const IngesterNames& names() const { return names_; }
  Result<StreamLoad> StoreLoad();

  // The state may be set back: by a repair in another process, or because a stream was lost. Every
  // append proves that it was not since Load; else nothing is written, and an ingester begins anew
  // from the state.

  /// Saves a state that whoever reads this listing must take notice of.
  Status SetBack(AppendTransaction with);
  /// SetBack to the beginning of the listing: what was in a stream that is lost may be missing.
  Status ReadAgain(const std::string& why);
  /// Requested when the state was set back, by whom ever.
  std::stop_token set_back() const { return set_back_.get_token(); }
  /// Streams of this listing that have had fewer entries than were put into them; found by
  /// StoreLoad.
  std::vector<std::string> LostStreams();
  Clock& clock() { return clock_; }

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
  Status KeepForeignOffset(const std::string& version);
  Result<std::string> ReadState(std::string_view suffix);
  std::uint64_t WallVersion();
  std::uint64_t NextVersionLocked();
  struct Draft;
  void AddRows(const ListingPage& page,
               const PageOrigin& origin,
               const RowIndex::Fetch& fetch,
               Draft& draft);
  LedgerRow LedgerRowOf(const ListingPage& page, const PageOrigin& origin, std::size_t changed);
  NewEntry LedgerEntry(const LedgerRow& row) const;
  Status MarkGone(const std::string& id);
  LedgerRow MarkOf(const std::string& id, std::string_view status);
  FieldChange FieldOf(const std::string& id, const std::optional<KnownRow>& row) const;
  /// The one way of entries and state into the store.
  Status Append(AppendTransaction append);
  Status AppendNoted(AppendTransaction append);
  std::string PutKey(std::string_view stream) const;
  Status SetBackLocked(AppendTransaction with);
  Status LoadPut();
  void NoteLoss(const StreamLoad& load, std::string_view stream);
  Status NoteOthers(const AppendTransaction& append);

  IngesterNames names_;
  StreamWriter& streams_;
  Clock& clock_;
  AgeClock ages_;
  PageArchive* archive_;
  std::mutex mutex_;  ///< Over everything below, and the use of `streams_`.
  std::uint64_t last_version_ = 0;
  KnownBad known_bad_;
  RowIndex rows_;
  std::atomic<bool> urgent_ = false;
  std::string generation_;  ///< Changes whenever the state is set back.
  std::stop_source set_back_;
  std::map<std::string, std::uint64_t, std::less<>> put_;  ///< Into each stream, ever.
  std::vector<std::string> lost_streams_;
};

}  // namespace polyhouse
