#include "flow/replay/archive_replay.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "codec/timestamp.h"
#include "flow/listing/page_lane.h"

namespace polyhouse {
namespace {

constexpr std::string_view kLane = "replay";
constexpr std::chrono::milliseconds kLookAgain{100};
constexpr std::uint64_t kJitterSeed = 1;

std::uint64_t Number(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool IsDone(const std::map<std::string, std::uint64_t>& done, const ArchivedStep& step) {
  const auto found = done.find(step.file);
  return found != done.end() && step.line <= found->second;
}

}  // namespace

ArchiveReplay::ArchiveReplay(const ListingType& type,
                             ReplayOptions options,
                             StreamWriter& streams,
                             telemetry::PipelineEvents& events,
                             Clock& clock)
    : names_(type.names),
      options_(options),
      streams_(streams),
      events_(events),
      clock_(clock),
      retrier_(
          {options.backoff, options.give_up_after},
          [this](const Error& error, auto wait) {
            events_.StoreRetried({names_.ingester, kLane}, error, wait);
          },
          clock,
          kJitterSeed),
      answers_(type) {
  answers_.OnUnknownField([this](std::string_view field, std::uint64_t times) {
    events_.UnknownFieldSeen(names_.ingester, field, times);
  });
}

Result<ArchiveReplay::Lines> ArchiveReplay::LoadLines(std::string_view suffix) {
  const auto fields = streams_.Fields(Key(suffix));
  if (!fields) return fields.error();
  Lines lines;
  for (const auto& [file, text] : *fields) lines[file] = Number(text);
  return lines;
}

Status ArchiveReplay::Load() {
  auto rows = LoadLines(kReplayedState);
  if (!rows) return std::move(rows).error();
  rows_done_ = std::move(*rows);
  auto ledger = LoadLines(kReplayedLedgerState);
  if (!ledger) return std::move(ledger).error();
  ledger_done_ = std::move(*ledger);
  const auto bad = streams_.State(Key(kBadState));
  if (!bad) return bad.error();
  known_bad_ = KnownBad(bad->value_or(""));
  const auto version = streams_.State(Key(kVersionState));
  if (!version) return version.error();
  const auto offset = streams_.State(Key(kOffsetState));
  if (!offset) return offset.error();
  last_version_ = Number(version->value_or(""));
  // Without a version, an offset is that of an older pipeline, which the ingester puts aside.
  keeps_version_ = !version->value_or("").empty() || offset->value_or("").empty();
  return Ok();
}

Status ArchiveReplay::Run(ArchiveSource& source, std::stop_token stop) {
  if (auto status = Load(); !status) return status;
  while (!stop.stop_requested()) {
    const auto step = source.Next();
    if (!step) return Ok();
    if (auto status = Take(*step, stop); !status) {
      if (status.error().kind == ErrorKind::kStopping && stop.stop_requested()) return Ok();
      return std::move(status).error().WithContext("replaying " + step->file + ", line " +
                                                   std::to_string(step->line));
    }
  }
  return Ok();
}

Status ArchiveReplay::Take(const ArchivedStep& step, std::stop_token stop) {
  const bool rows = options_.rows && step.note.version > 0 && !IsDone(rows_done_, step);
  const bool ledger = options_.ledger && !IsDone(ledger_done_, step);
  ListingPage page;
  const auto started = SteadyNow();
  if (options_.rows && step.note.version > 0) {
    auto read = answers_.Read(step.url, step.body, step.note.version);
    if (!read) return std::move(read).error();
    page = std::move(*read);
  }
  PageLetters letters;
  AppendTransaction append = Transaction(step, page, rows, letters);
  const std::size_t changed = append.entries.size();
  if (ledger) {
    append.others.push_back(
        {StreamName(std::string(LedgerRow::kStream)), {{step.note.ledger, step.note.timestamp}}});
  }
  if (!rows && !ledger) return Ok();
  // Behind a damage the file is read again, when it has been mended.
  const auto done = [&](std::string_view suffix) {
    if (step.is_whole) {
      append.fields.push_back({Key(suffix), step.file, std::to_string(step.line)});
    }
  };
  if (rows) done(kReplayedState);
  if (ledger) done(kReplayedLedgerState);
  if (auto status = WaitForWriters(stop); !status) return status;
  if (auto status = Store(append, stop); !status) return status;
  if (!rows) return Ok();
  ReportLetters(events_, {names_.ingester, kLane}, letters);
  events_.PageStored({names_.ingester, kLane},
                     {.records = page.records(),
                      .changed = changed,
                      .dead_letters = letters.bad.size(),
                      .odd_rows = letters.odd.size(),
                      .took = SteadyNow() - started});
  return Ok();
}

/// What is known of the records from now on is noted whether they are stored now or were before.
AppendTransaction ArchiveReplay::Transaction(const ArchivedStep& step,
                                             const ListingPage& page,
                                             bool rows,
                                             PageLetters& letters) {
  AppendTransaction append{.stream = StreamName(std::string(names_.stream))};
  const std::uint64_t version = step.note.version;
  const Timestamp fetched{std::chrono::milliseconds(version)};
  const std::unordered_set<std::string> noted(step.note.ids.begin(), step.note.ids.end());
  std::unordered_map<std::string_view, std::uint64_t> on_page;
  for (const ListedRow& row : page.rows) {
    const auto [before, is_first] = on_page.emplace(row.id, row.hash);
    if (!is_first && before->second == row.hash) continue;
    Known& known = known_[IdNumber(row.id)];
    if (rows && (noted.contains(row.id) || known.version == 0 || known.hash != row.hash)) {
      append.entries.push_back({row.data, FormatTime(fetched)});
    }
    if (version >= known.version) known = {version, row.hash};
  }
  if (!rows) return append;
  letters = AddPageLetters(
      page, {names_, fetched}, known_bad_, [](std::size_t) { return true; }, append);
  if (version > last_version_ && keeps_version_) {
    last_version_ = version;
    append.set.emplace_back(Key(kVersionState), std::to_string(version));
  }
  return append;
}

Status ArchiveReplay::Store(const AppendTransaction& append, std::stop_token stop) {
  return retrier_.Do([&] { return streams_.Append(append); }, stop);
}

Status ArchiveReplay::WaitForWriters(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto load = streams_.Load(StreamName(std::string(names_.stream)));
    // A store that is away is waited for by Store.
    if (!load && load.error().kind == ErrorKind::kTransient) return Ok();
    if (!load) return load.error();
    if (load->backlog <= options_.max_backlog && load->memory_share <= options_.max_memory_share) {
      return Ok();
    }
    clock_.SleepFor(kLookAgain, stop);
  }
  return StoppingError();
}

}  // namespace polyhouse
