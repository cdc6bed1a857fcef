#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "base/backoff.h"
#include "base/clock.h"
#include "flow/listing/known_bad.h"
#include "flow/listing/page_store.h"
#include "flow/replay/recorded_answers.h"
#include "flow/retrier.h"
#include "ports/archive_source.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

struct ReplayOptions {
  bool rows = true;    ///< Into the stream of the listing, with the dead letters.
  bool ledger = true;  ///< Into the ledger's.
  BackoffPolicy backoff;
  std::chrono::milliseconds give_up_after{};  ///< Without success; zero: never.
  std::uint64_t max_backlog =
      UINT64_MAX;                 ///< Rows. It pauses while the slowest writer is further behind.
  double max_memory_share = 0.8;  ///< And while more of the streams' memory is used.
};

/// Puts what an archive holds of one listing into its stream again: the same rows with the same
/// versions, in the same order. A record that the archive has but the run did not store, because
/// its tables had it from before the archive, is stored as well. How far it came is kept with the
/// rows, in the state maps `…_replayed` and `…_replayed_ledger`; so a replay that is done again
/// adds nothing, and one that was interrupted goes on. It touches nothing of what an ingester goes
/// by, but its versions, which must stay behind, and its list of bad records. Used from one thread.
class ArchiveReplay {
 public:
  /// All references must outlive it.
  ArchiveReplay(const ListingType& type,
                ReplayOptions options,
                StreamWriter& streams,
                telemetry::PipelineEvents& events,
                Clock& clock);

  /// Runs until the archive's end or a stop (success). kTransient when the streams have taken
  /// nothing for too long; kMalformed when the answer of a stored page cannot be read any more.
  Status Run(ArchiveSource& source, std::stop_token stop);

 private:
  /// The newest that is known of a record here.
  struct Known {
    std::uint64_t version = 0;
    std::uint64_t hash = 0;
  };
  using Lines = std::map<std::string, std::uint64_t>;  ///< By file, how many are done.

  std::string Key(std::string_view suffix) const { return names_.Key(suffix); }
  Status Load();
  Result<Lines> LoadLines(std::string_view suffix);
  Status Take(const ArchivedStep& step, std::stop_token stop);
  AppendTransaction Transaction(const ArchivedStep& step,
                                const ListingPage& page,
                                bool rows,
                                PageLetters& letters);
  Status Store(const AppendTransaction& append, std::stop_token stop);
  Status WaitForWriters(std::stop_token stop);

  const IngesterNames& names_;
  ReplayOptions options_;
  StreamWriter& streams_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  Retrier retrier_;
  RecordedAnswers answers_;
  std::unordered_map<std::uint64_t, Known> known_;
  KnownBad known_bad_;
  Lines rows_done_;
  Lines ledger_done_;
  std::uint64_t last_version_ = 0;
  bool keeps_version_ = true;
};

}  // namespace polyhouse
