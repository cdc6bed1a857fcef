#include "flow/process/processor.h"

#include "base/either_stop.h"

namespace polyhouse {
namespace {

/// Between looks at how much waits in the output.
constexpr std::chrono::milliseconds kLoadInterval{1'000};

}  // namespace

Result<bool> HaveStored(StreamAdmin& admin, const RecordType& type, EntryId upto) {
  const auto mark = admin.LowWaterMark(StreamName(std::string(type.stream)), GroupName(type.group));
  if (!mark) return mark.error();
  return mark->value_or(EntryId{}) >= upto;
}

Result<std::vector<Entry>> EntryFeed::Next(std::chrono::milliseconds wait,
                                           const std::stop_token& stop) {
  if (own_after_) {
    auto own = reader_.Pending(*own_after_, options_.limit);
    if (!own) return own;
    if (!own->empty()) {
      own_after_ = own->back().id;
      return own;
    }
    own_after_.reset();
  }
  auto entries = reader_.Read(options_.limit, wait, stop);
  if (!entries || !entries->empty()) return entries;
  const SteadyTime now = clock_.Steady();
  if (now < next_claim_) return entries;
  next_claim_ = now + options_.claim_idle / 2;
  return reader_.Claim(options_.limit.entries, options_.claim_idle);
}

StreamAcks EntryFeed::AcksOf(const std::vector<Entry>& entries) const {
  StreamAcks acks{options_.stream, options_.group, options_.consumer, {}};
  acks.ids.reserve(entries.size());
  for (const Entry& entry : entries) acks.ids.push_back(entry.id);
  return acks;
}

LoopedProcessor::LoopedProcessor(Options options, Tools tools, std::uint64_t jitter_seed)
    : options_(std::move(options)),
      tools_(tools),
      retrier_(
          {options_.backoff},
          [this](const Error& error, auto wait) {
            tools_.events.ProcessorHeldUp(options_.name, error, wait);
          },
          tools.clock,
          jitter_seed) {}

Result<bool> LoopedProcessor::IsOutputFull() {
  if (tools_.clock.Steady() < next_look_) return is_full_;
  const auto load = Persist([&] { return tools_.writer.Load(options_.output); });
  if (!load) return load.error();
  next_look_ = tools_.clock.Steady() + kLoadInterval;
  const bool was_full = is_full_;
  is_full_ = load->backlog > options_.max_rows;
  if (is_full_ && !was_full) {
    tools_.events.BacklogFull(options_.name, load->backlog, options_.max_rows);
  }
  if (was_full && !is_full_) tools_.events.BacklogDrained(options_.name);
  return is_full_;
}

Status LoopedProcessor::Run(std::stop_token stop, std::stop_token drain) {
  const EitherStop stop_or_drain(stop, drain);
  stop_ = std::move(stop);
  wake_ = stop_or_drain.token();
  Status status = Begin();
  while (status && !stop_.stop_requested()) {
    const auto full = IsOutputFull();
    if (!full) {
      status = full.error();
    } else if (*full) {
      tools_.clock.SleepFor(kIdleWait, stop_);
    } else {
      // Asked before reading: what was appended before the request is then certainly seen.
      const auto done = Work(drain.stop_requested());
      if (done && *done) break;
      if (!done) status = done.error();
    }
  }
  if (!status && status.error().kind == ErrorKind::kStopping) return Ok();
  return status;
}

}  // namespace polyhouse
