#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "codec/record_type.h"
#include "flow/retrier.h"
#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// How many entries a processor reads at once, at most, and how much.
inline constexpr std::size_t kReadEntries = 1'000;
inline constexpr std::size_t kReadBytes = 16UL << 20U;
/// How long an idle processor waits for entries before it looks around again.
inline constexpr std::chrono::milliseconds kIdleWait{200};
/// Between looks whether the writers have stored what is waited for.
inline constexpr std::chrono::milliseconds kWriterWait{50};

/// Whether the writers have stored every entry of a stream up to this one.
Result<bool> HaveStored(StreamAdmin& admin, const RecordType& type, EntryId upto);

/// Makes one stream of others: what came of entries is put there in the transaction that
/// acknowledges them, so that nothing is lost or made twice wherever it is killed. Any number work
/// side by side, under names of their own.
class Processor {
 public:
  virtual ~Processor() = default;
  /// Runs until stopped, or, after `drain` was requested, until there is nothing left to do.
  /// Errors: kConfig.
  virtual Status Run(std::stop_token stop, std::stop_token drain) = 0;
};

/// The entries of one stream for one consumer of a group: first those that a predecessor of the
/// same name has read and not finished, then new ones, and what other consumers left idle. Used
/// from one thread.
class EntryFeed {
 public:
  struct Options {
    StreamName stream;
    GroupName group;
    ConsumerName consumer;  ///< Under which the reader reads.
    ReadLimit limit{.entries = kReadEntries, .bytes = kReadBytes};
    std::chrono::milliseconds claim_idle{60'000};
  };
  /// The reader and the clock outlive it.
  EntryFeed(Options options, StreamReader& reader, Clock& clock)
      : options_(std::move(options)), reader_(reader), clock_(clock) {}

  /// Empty: nothing came within `wait`. Errors: as the reader's.
  Result<std::vector<Entry>> Next(std::chrono::milliseconds wait, const std::stop_token& stop);
  /// Some of what was given and is not acknowledged was taken over by another consumer (kRejected);
  /// what is still ours is given again.
  void GiveAgain() { own_after_ = EntryId{}; }

  const StreamName& stream() const { return options_.stream; }
  const GroupName& group() const { return options_.group; }
  StreamAcks AcksOf(const std::vector<Entry>& entries) const;

 private:
  Options options_;
  StreamReader& reader_;
  Clock& clock_;
  std::optional<EntryId> own_after_ = EntryId{};  ///< Empty: nothing is left of a predecessor.
  SteadyTime next_claim_{};
};

/// The loop of a processor: repeats what fails for a while, and pauses while what it makes is not
/// stored fast enough.
class LoopedProcessor : public Processor {
 public:
  struct Options {
    std::string name;        ///< "trades", for the log.
    StreamName output;       ///< What it makes.
    std::uint64_t max_rows;  ///< That may wait in `output`.
    BackoffPolicy backoff;
  };
  struct Tools {
    StreamWriter& writer;
    telemetry::PipelineEvents& events;
    Clock& clock;
  };

  Status Run(std::stop_token stop, std::stop_token drain) final;

 protected:
  LoopedProcessor(Options options, Tools tools, std::uint64_t jitter_seed);

  /// Comes before all work.
  virtual Status Begin() { return Ok(); }
  /// A step; true when nothing is left to do. While `draining` it waits for nothing new.
  virtual Result<bool> Work(bool draining) = 0;

  /// Repeats what fails for a while; only kConfig, kRejected and kStopping come out.
  template <class Operation>
  auto Persist(Operation operation) {
    auto result = retrier_.Do(operation, stop_);
    if (result) tools_.events.ProcessorGoesOn(options_.name);
    return result;
  }
  const std::stop_token& stop() const { return stop_; }
  /// Ends what waits for new entries: a stop, or, unless `draining` already, the wish to drain.
  const std::stop_token& wake(bool draining) const { return draining ? stop_ : wake_; }

 private:
  Result<bool> IsOutputFull();

  Options options_;
  Tools tools_;
  Retrier retrier_;
  std::stop_token stop_;
  std::stop_token wake_;
  SteadyTime next_look_{};
  bool is_full_ = false;
};

}  // namespace polyhouse
