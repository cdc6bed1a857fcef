#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/ledger.h"
#include "flow/state_keys.h"
#include "ports/page_archive.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// The names under which an ingester is known; the request fixed streams and state keys.
struct IngesterNames {
  std::string_view ingester;   ///< "markets"
  std::string_view stream;     ///< "stream:markets"
  std::string_view state_key;  ///< "state:polymarket_markets"
  std::string_view source;     ///< "gamma/markets", in the ledger.
  /// Ends of the state keys that say how far the source was read: without them it is read from its
  /// beginning.
  std::span<const std::string_view> positions;

  /// `state:polymarket_markets` + `suffix` (state_keys.h).
  std::string Key(std::string_view suffix) const {
    return std::string(state_key) + std::string(suffix);
  }
};

/// When what has this version was fetched.
Timestamp TimeOfVersion(std::uint64_t version);

/// A row of the ledger on its way into its stream.
NewEntry LedgerEntry(const LedgerRow& row);

/// What an ingester keeps beside its stream, whatever its source is made of: how far the source was
/// read, the versions given out, how much was put into each stream. Everything goes into the store
/// by Append, which proves that the state was not set back since Load, by a repair in another
/// process or because a stream was lost; else nothing is written, and an ingester begins anew from
/// the state. Used by all lanes of an ingester, from any thread.
class SourceState {
 public:
  /// `archive` is told what is about to be stored; null: there is none. All outlive this.
  SourceState(const IngesterNames& names,
              StreamWriter& streams,
              Clock& clock,
              PageArchive* archive = nullptr)
      : names_(names), streams_(streams), clock_(clock), archive_(archive) {}

  /// To be called once before anything else.
  Status Load();

  const IngesterNames& names() const { return names_; }
  Clock& clock() { return clock_; }

  /// The time in ms since 1970, but always higher than any before, even if the machine's clock was
  /// set back.
  std::uint64_t NextVersion();
  /// What NextVersion would give, which gives it still.
  std::uint64_t PeekVersion();
  /// The state with which versions go on rising in another process.
  std::pair<std::string, std::string> VersionState();

  std::string Key(std::string_view suffix) const { return names_.Key(suffix); }
  /// Empty when it was never set.
  Result<std::string> Get(std::string_view suffix);
  Result<StateFields> Fields(std::string_view suffix);

  /// The one way of entries and state into the store. Before it, the archive is told of it: `note`
  /// is of a page, with its row of the ledger; other rows of the ledger get notes of their own.
  Status Append(AppendTransaction append, const StoredNote* note = nullptr);

  /// Saves a state that whoever reads this source must take notice of.
  Status SetBack(AppendTransaction with);
  /// SetBack to the beginning: what was in a stream that is lost may be missing.
  Status ReadAgain(const std::string& why);
  /// Requested when the state was set back, by whom ever.
  std::stop_token set_back() const { return set_back_.get_token(); }

  /// How far the writers of this source are behind.
  Result<StreamLoad> StoreLoad();
  /// Streams that have had fewer entries than were put into them; found by StoreLoad.
  std::vector<std::string> LostStreams();

 private:
  Result<std::string> Read(std::string_view suffix);
  Status LoadPut();
  std::string PutKey(std::string_view stream) const;
  Status NoteAll(const AppendTransaction& append, const StoredNote* page);
  Status AppendLocked(AppendTransaction append);
  Status SetBackLocked(AppendTransaction with);
  void NoteLoss(const StreamLoad& load, std::string_view stream);
  std::uint64_t PeekVersionLocked();

  IngesterNames names_;
  StreamWriter& streams_;
  Clock& clock_;
  PageArchive* archive_;
  std::mutex mutex_;  ///< Over everything below, and the use of `streams_` and `archive_`.
  std::uint64_t last_version_ = 0;
  std::string generation_;  ///< Changes whenever the state is set back.
  std::stop_source set_back_;
  std::map<std::string, std::uint64_t, std::less<>> put_;  ///< Into each stream, ever.
  std::vector<std::string> lost_streams_;
};

}  // namespace polyhouse
