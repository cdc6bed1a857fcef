#include <algorithm>
#include <cstdio>

#include "app/commands/command.h"
#include "app/letter_replay.h"
#include "base/json_text.h"
#include "base/split.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

struct DlqOptions {
  std::string stream;
  std::string reason;
  std::string id;
  std::string kind;
  std::size_t limit = 100;
  bool all = false;
  bool json = false;

  DeadLetterFilter Filter() const {
    DeadLetterFilter filter;
    if (!stream.empty()) filter.stream = StreamName(stream);
    if (!reason.empty()) filter.reason = reason;
    if (!id.empty()) filter.id = DeadLetterId(id);
    if (!kind.empty()) filter.kind = kind;
    return filter;
  }
  bool IsNarrowed() const {
    return all || !stream.empty() || !reason.empty() || !id.empty() || !kind.empty();
  }
};

/// kConfig when one id means several dead letters: streams in Redis number theirs apart.
Status CheckUnique(const DlqOptions& options, const std::vector<StoredDeadLetter>& letters) {
  if (options.id.empty() || letters.size() < 2) return Ok();
  return ConfigError("Several streams have a dead letter " + options.id + ": say which, --stream " +
                     letters[0].stream.value() + " or --stream " + letters[1].stream.value());
}

using DlqAction = Status (*)(const DlqOptions& options, StreamAdmin& admin, Clock& clock);

std::string_view FormName(DeadLetterForm form) {
  return form == DeadLetterForm::kApiRecord ? "api record" : "entry";
}

Status NoSuchLetters() {
  return TransientError("There are no such dead letters; polyhouse dlq list shows them.");
}

void PrintLine(const StoredDeadLetter& stored) {
  const DeadLetter& letter = stored.letter;
  std::printf("%-6s %-26s %-10s %s %-10s %8zu bytes  %s\n",
              stored.id.value().c_str(),
              stored.stream.value().c_str(),
              std::string(FormName(letter.form)).c_str(),
              FormatTime(letter.first_seen).c_str(),
              letter.kind.c_str(),
              letter.data.size(),
              letter.reason.c_str());
}

void PrintJson(const StoredDeadLetter& stored) {
  const DeadLetter& letter = stored.letter;
  std::string line = "{\"id\":";
  AppendJsonString(line, stored.id.value());
  AppendJsonString(line += ",\"stream\":", stored.stream.value());
  AppendJsonString(line += ",\"form\":", FormName(letter.form));
  AppendJsonString(line += ",\"first_seen\":", FormatTime(letter.first_seen));
  AppendJsonString(line += ",\"kind\":", letter.kind);
  AppendJsonString(line += ",\"reason\":", letter.reason);
  line += ",\"attempts\":" + std::to_string(letter.attempts) +
          ",\"bytes\":" + std::to_string(letter.data.size()) + "}";
  std::puts(line.c_str());
}

Status List(const DlqOptions& options, StreamAdmin& admin, Clock&) {
  auto filter = options.Filter();
  filter.limit = options.limit;
  const auto letters = admin.DeadLetters(filter);
  if (!letters) return letters.error();
  for (const StoredDeadLetter& stored : *letters)
    options.json ? PrintJson(stored) : PrintLine(stored);
  if (letters->empty() && !options.json) std::fputs("There are no such dead letters.\n", stderr);
  return Ok();
}

Status Show(const DlqOptions& options, StreamAdmin& admin, Clock&) {
  const auto letters = admin.DeadLetters(options.Filter());
  if (!letters) return letters.error();
  if (auto status = CheckUnique(options, *letters); !status) return status;
  if (letters->empty()) {
    return TransientError("There is no dead letter " + options.id +
                          "; polyhouse dlq list shows them.");
  }
  const std::string& data = letters->front().letter.data;
  std::fwrite(data.data(), 1, data.size(), stdout);
  std::fputc('\n', stdout);
  return Ok();
}

Status Replay(const DlqOptions& options, StreamAdmin& admin, Clock& clock) {
  const auto letters = admin.DeadLetters(options.Filter());
  if (!letters) return letters.error();
  if (auto status = CheckUnique(options, *letters); !status) return status;
  const auto counts = ReplayLetters(admin, options.Filter(), clock);
  if (!counts) return counts.error();
  if (counts->replayed + counts->still_bad == 0) return NoSuchLetters();
  std::printf("%zu back in their streams, %zu still cannot be read and stay.\n",
              counts->replayed,
              counts->still_bad);
  return Ok();
}

Status Drop(const DlqOptions& options, StreamAdmin& admin, Clock&) {
  const auto letters = admin.DeadLetters(options.Filter());
  if (!letters) return letters.error();
  if (auto status = CheckUnique(options, *letters); !status) return status;
  for (const StoredDeadLetter& stored : *letters) {
    if (auto status = ResolveDeadLetter(admin, stored, {}); !status) return status;
  }
  if (letters->empty()) return NoSuchLetters();
  std::printf("%zu dropped.\n", letters->size());
  return Ok();
}

ExitCode RunDlq(DlqAction action, const DlqOptions& options, CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto streams = Streams::Open(environment, {}, context.signals.stop_token());
  if (!streams) return Fail(streams.error());
  const auto admin = (*streams)->OpenAdmin();
  if (!admin) return Fail(admin.error());
  const Status status = action(options, **admin, context.clock);
  return status ? ExitCode::kDone : Fail(status.error());
}

std::vector<CommandOption> Filters(DlqOptions& options) {
  return {{"--stream", &options.stream, "Only of this stream, such as stream:markets."},
          {"--reason", &options.reason, "Only those whose reason contains this."},
          {"--kind",
           &options.kind,
           "Only of this kind, such as malformed, or field: the row is in its table, "
           "without that field."},
          {"id,--id", &options.id, "Only the one with this id."}};
}

/// What is wrong with the filters; empty: nothing.
std::string Complaint(const DlqOptions& options) {
  const auto kinds = DeadLetterKinds();
  if (options.kind.empty() || std::ranges::find(kinds, options.kind) != kinds.end()) return {};
  return "there is no kind \"" + options.kind + "\" of dead letters; there are " +
         Join(kinds, ", ");
}

RunCommand Running(DlqAction action, std::shared_ptr<const DlqOptions> options) {
  return [action, options = std::move(options)](CommandContext& context) {
    return RunDlq(action, *options, context);
  };
}

Command ListCommand() {
  const auto options = std::make_shared<DlqOptions>();
  Command command{.name = "list",
                  .help = "List dead letters, oldest first.",
                  .options = Filters(*options),
                  .run = Running(&List, options),
                  .complaint = [options] { return Complaint(*options); }};
  command.options.push_back({.name = "--limit",
                             .target = &options->limit,
                             .help = "At most this many; 0 means all.",
                             .shows_default = true});
  command.options.push_back({"--json", &options->json, "One JSON object a line."});
  return command;
}

Command ShowCommand() {
  const auto options = std::make_shared<DlqOptions>();
  return {
      .name = "show",
      .help = "Print one dead letter as it came.",
      .options = {{.name = "id", .target = &options->id, .help = "Its id.", .is_required = true},
                  {"--stream", &options->stream, "Its stream, when several have this id."}},
      .run = Running(&Show, options)};
}

/// Of a command that changes something: it must be told which letters.
Command ChangeCommand(const char* name, const char* help, DlqAction action) {
  const auto options = std::make_shared<DlqOptions>();
  Command command{.name = name,
                  .help = help,
                  .options = Filters(*options),
                  .run = Running(action, options),
                  .complaint = [options] {
                    return options->IsNarrowed()
                               ? Complaint(*options)
                               : "say which: an id, --stream, --reason, --kind or --all";
                  }};
  command.options.push_back({"--all", &options->all, "All of them."});
  return command;
}

}  // namespace

Command DlqCommand() {
  return {
      .name = "dlq",
      .help = "Look at dead letters (what could not be read or stored) and put them right.",
      .group = kCheck,
      .example = "polyhouse dlq list",
      .settings = {"data_dir", "redis_url"},
      .subcommands = {ListCommand(),
                      ShowCommand(),
                      ChangeCommand(
                          "replay", "Send dead letters through the normal path again.", &Replay),
                      ChangeCommand("drop", "Delete dead letters.", &Drop)},
  };
}

}  // namespace polyhouse
