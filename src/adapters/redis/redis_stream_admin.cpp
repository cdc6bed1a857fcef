#include <algorithm>
#include <set>
#include <tuple>

#include "adapters/redis/redis_appender.h"
#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_entry.h"
#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_fields.h"
#include "adapters/redis/redis_groups.h"
#include "adapters/redis/redis_id_script.h"
#include "adapters/redis/redis_row_script.h"
#include "adapters/redis/redis_streams.h"

namespace polyhouse {
namespace {

constexpr std::string_view kDeadLetterSuffix = ":dlq";
/// Keys or dead letters in one answer.
constexpr const char* kPage = "1000";

/// Removes what every group has acknowledged: everything below the first entry that one still
/// needs. Gives how many were removed, by the stream's length, because Redis has had versions that
/// trimmed nothing.
constexpr const char* kTrim = R"(
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local groups, first = 0, false
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local needed = first_needed(KEYS[1], group)
  if needed and (not first or before(needed, first)) then first = needed end
  groups = groups + 1
end
if groups == 0 then return 0 end
local length = redis.call('XLEN', KEYS[1])
if first then
  redis.call('XTRIM', KEYS[1], 'MINID', '=', first)
else
  redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', 0)
end
trim_rows(KEYS[1])
return length - redis.call('XLEN', KEYS[1]))";

/// The id last delivered to a group and its oldest pending one.
constexpr const char* kMarks = R"(
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  if group[2] == ARGV[1] then
    local oldest = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1)[1]
    for i = 1, #group, 2 do
      if group[i] == 'last-delivered-id' then return {group[i + 1], oldest and oldest[1]} end
    end
  end
end
return false)";

/// XGROUP refuses a stream that does not exist.
constexpr const char* kEndGroup = R"(
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1]))";

/// Carries out the commands in ARGV (each with the number of its arguments before it) and removes
/// the dead letter, if it is still there. The removal comes last: an error before it leaves it.
constexpr const char* kResolve = R"(
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return 0 end
local at, ids = 2, {}
while at <= #ARGV do
  local command, key, last = ARGV[at + 1], ARGV[at + 2], at + tonumber(ARGV[at])
  if command == 'ROWS' then
    note_rows(key, ids[key], {unpack(ARGV, at + 3, last)})
  else
    local reply = redis.call(unpack(ARGV, at + 1, last))
    if command == 'XADD' then
      ids[key] = ids[key] or {}
      table.insert(ids[key], reply)
    end
  end
  at = last + 1
end
return redis.call('XDEL', KEYS[1], ARGV[1]))";

/// A pattern for SCAN that means this text itself.
std::string Literally(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view("*?[]\\^").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

class RedisStreamAdmin final : public StreamAdmin {
 public:
  explicit RedisStreamAdmin(RedisOptions options) : connection_(std::move(options)) {}

  Result<std::vector<StreamOverview>> Overview() override;
  Result<std::map<std::string, std::string>> States() override;
  Result<StateFields> Fields(const std::string& key) override {
    return ReadFields(connection_, key);
  }
  Result<std::vector<Entry>> Range(const StreamName& stream,
                                   EntryId after,
                                   std::size_t most) override;
  Result<std::uint64_t> Trim(const StreamName& stream) override;
  Result<std::optional<EntryId>> LowWaterMark(const StreamName& stream,
                                              const GroupName& group) override;
  Status EndGroup(const StreamName& stream, const GroupName& group) override;
  Result<EntryId> LastId(const StreamName& stream) override;
  Result<std::vector<StoredDeadLetter>> DeadLetters(const DeadLetterFilter& filter) override;
  Status Resolve(const StoredDeadLetter& letter, const AppendTransaction& replacement) override;

 private:
  /// Names without the prefix.
  Result<std::set<std::string>> Scan(std::string_view pattern, std::string_view type);
  Result<std::set<StreamName>> Streams();
  Result<StreamOverview> OverviewOf(const StreamName& stream);
  Status AddDeadLetters(const DeadLetterFilter& filter,
                        const StreamName& stream,
                        std::vector<StoredDeadLetter>& letters);

  RedisConnection connection_;
};

Result<std::set<std::string>> RedisStreamAdmin::Scan(std::string_view pattern,
                                                     std::string_view type) {
  const std::string& prefix = connection_.options().key_prefix;
  const std::string match = Literally(prefix) + std::string(pattern);
  std::set<std::string> names;
  std::string cursor = "0";
  do {
    const auto page =
        connection_.Run({"SCAN", cursor, "MATCH", match, "COUNT", kPage, "TYPE", type});
    if (!page) return page.error();
    cursor = page->value()[0].text();
    const RedisValue keys = page->value()[1];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      names.emplace(keys[i].text().substr(prefix.size()));
    }
  } while (cursor != "0");
  return names;
}

/// Also those of which only dead letters are left.
Result<std::set<StreamName>> RedisStreamAdmin::Streams() {
  const auto keys = Scan("stream:*", "stream");
  if (!keys) return keys.error();
  std::set<StreamName> streams;
  for (std::string key : *keys) {
    if (key.ends_with(kDeadLetterSuffix)) key.resize(key.size() - kDeadLetterSuffix.size());
    streams.emplace(std::move(key));
  }
  return streams;
}

Result<StreamOverview> RedisStreamAdmin::OverviewOf(const StreamName& name) {
  const std::string key = connection_.Key(name.value());
  const auto stream = ReadStream(connection_, key);
  if (!stream) return stream.error();
  RedisCommands commands;
  commands.Add({"XLEN", DeadLetterKey(connection_.options().key_prefix, name)});
  const auto replies = connection_.Run(commands);
  if (!replies) return replies.error();
  const RedisValue dead = (*replies)[0].value();
  if (dead.IsError()) return ClassifyRedisError(dead.text());
  StreamOverview overview{.stream = name,
                          .length = stream->length,
                          .added = stream->added,
                          .dead_letters = dead.Count(),
                          .behind = stream->Behind(),
                          .groups = {}};
  for (const RedisGroup& group : stream->groups) {
    overview.groups.push_back({group.name, group.pending, group.undelivered, group.rows});
  }
  return overview;
}

Result<std::vector<StreamOverview>> RedisStreamAdmin::Overview() {
  const auto streams = Streams();
  if (!streams) return streams.error();
  std::vector<StreamOverview> overviews;
  for (const StreamName& stream : *streams) {
    auto overview = OverviewOf(stream);
    if (!overview) return std::move(overview).error();
    overviews.push_back(std::move(*overview));
  }
  return overviews;
}

Result<std::map<std::string, std::string>> RedisStreamAdmin::States() {
  const auto keys = Scan("state:*", "string");
  if (!keys) return keys.error();
  std::map<std::string, std::string> states;
  if (keys->empty()) return states;
  RedisCommands command;
  command.Begin(keys->size() + 1).Argument("MGET");
  for (const std::string& key : *keys) command.Argument(connection_.Key(key));
  const auto values = connection_.RunOne(command);
  if (!values) return values.error();
  std::size_t i = 0;
  for (const std::string& key : *keys) states[key] = values->value()[i++].text();
  return states;
}

Result<std::vector<Entry>> RedisStreamAdmin::Range(const StreamName& stream,
                                                   EntryId after,
                                                   std::size_t most) {
  const auto reply = connection_.Run({"XRANGE",
                                      connection_.Key(stream.value()),
                                      "(" + ToString(after),
                                      "+",
                                      "COUNT",
                                      std::to_string(most)});
  if (!reply) return reply.error();
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < reply->value().size(); ++i) {
    entries.push_back(ToEntry(reply->value()[i]));
  }
  return entries;
}

Result<std::uint64_t> RedisStreamAdmin::Trim(const StreamName& stream) {
  const auto removed =
      connection_.Run({"EVAL",
                       std::string(kIdFunctions) + kGroupFunctions + kRowFunctions + kTrim,
                       "1",
                       connection_.Key(stream.value())});
  if (!removed) return removed.error();
  return removed->value().Count();
}

Result<std::optional<EntryId>> RedisStreamAdmin::LowWaterMark(const StreamName& name,
                                                              const GroupName& group) {
  const std::string key = connection_.Key(name.value());
  const auto marks = connection_.Run({"EVAL", kMarks, "1", key, group.value()});
  if (!marks) return marks.error();
  if (marks->value().IsNil()) return std::optional<EntryId>();
  const RedisValue pending = marks->value()[1];
  if (pending.IsNil()) return std::optional(ParseEntryId(marks->value()[0].text()));
  return std::optional(Before(ParseEntryId(pending.text())));
}

Status RedisStreamAdmin::EndGroup(const StreamName& name, const GroupName& group) {
  const auto ended =
      connection_.Run({"EVAL", kEndGroup, "1", connection_.Key(name.value()), group.value()});
  return ended ? Ok() : Status(ended.error());
}

Result<EntryId> RedisStreamAdmin::LastId(const StreamName& name) {
  const auto stream = ReadStream(connection_, connection_.Key(name.value()));
  if (!stream) return stream.error();
  return stream->last;
}

Status RedisStreamAdmin::AddDeadLetters(const DeadLetterFilter& filter,
                                        const StreamName& stream,
                                        std::vector<StoredDeadLetter>& letters) {
  const std::string key = DeadLetterKey(connection_.options().key_prefix, stream);
  std::string from = "-";
  std::size_t found = 0;
  while (true) {
    const auto page = connection_.Run({"XRANGE", key, from, "+", "COUNT", kPage});
    if (!page) return page.error();
    const RedisValue elements = page->value();
    if (elements.size() == 0) return Ok();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      auto stored = ToDeadLetter(elements[i], stream);
      from = "(" + stored.id.value();
      if (filter.id && stored.id != *filter.id) continue;
      if (filter.reason && stored.letter.reason.find(*filter.reason) == std::string::npos) continue;
      if (filter.kind && stored.letter.kind != *filter.kind) continue;
      letters.push_back(std::move(stored));
      if (++found == filter.limit) return Ok();
    }
  }
}

Result<std::vector<StoredDeadLetter>> RedisStreamAdmin::DeadLetters(
    const DeadLetterFilter& filter) {
  Result<std::set<StreamName>> streams = std::set<StreamName>();
  if (filter.stream) {
    streams->insert(*filter.stream);
  } else {
    streams = Streams();
  }
  if (!streams) return streams.error();
  std::vector<StoredDeadLetter> letters;
  for (const StreamName& stream : *streams) {
    if (auto status = AddDeadLetters(filter, stream, letters); !status)
      return std::move(status).error();
  }
  // Those of one stream stay in their order.
  std::stable_sort(letters.begin(), letters.end(), [](const auto& a, const auto& b) {
    return ParseEntryId(a.id.value()).high < ParseEntryId(b.id.value()).high;
  });
  if (filter.limit > 0 && letters.size() > filter.limit) letters.resize(filter.limit);
  return letters;
}

Status RedisStreamAdmin::Resolve(const StoredDeadLetter& letter,
                                 const AppendTransaction& replacement) {
  const std::string& prefix = connection_.options().key_prefix;
  RedisCommands append(RedisCommands::Form::kScript);
  AddEntries(append, prefix, replacement);
  AddState(append, prefix, replacement);
  AddRows(append, prefix, replacement);
  RedisCommands command;
  command.Begin(5 + append.arguments())
      .Argument("EVAL")
      .Argument(std::string(kIdFunctions) + kRowFunctions + kResolve)
      .Argument("1");
  command.Argument(DeadLetterKey(prefix, letter.stream)).Argument(letter.id.value());
  command.Arguments(append);
  const auto reply = connection_.RunOne(command);
  return reply ? Ok() : Status(reply.error());
}

}  // namespace

Result<std::unique_ptr<StreamAdmin>> OpenRedisStreamAdmin(RedisOptions options) {
  if (auto status = CheckRedisOptions(options); !status) return std::move(status).error();
  return std::unique_ptr<StreamAdmin>(new RedisStreamAdmin(std::move(options)));
}

}  // namespace polyhouse
