#include <algorithm>
#include <iterator>
#include <set>

#include "adapters/redis/redis_appender.h"
#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_entry.h"
#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_groups.h"
#include "adapters/redis/redis_id_script.h"
#include "adapters/redis/redis_page_script.h"
#include "adapters/redis/redis_streams.h"

namespace polyhouse {
namespace {

/// How long one command blocks at most, so that a stop is soon seen.
constexpr std::chrono::milliseconds kSlice{200};
/// How often an idle reader compares its pending entries with those it gave out.
constexpr std::chrono::seconds kLookBack{10};
constexpr std::size_t kPageEntries = 1'000;
/// Arguments of one XACK.
constexpr std::size_t kAckIds = 1'000;

// Scripts that must work when Redis is over its memory limit say so: readers are what empties it.

/// Makes the group after ARGV[2], or at the first entry when the stream never got that far.
constexpr const char* kCreateGroup = R"(
local position = '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    if group[2] == ARGV[1] then return false end
  end
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  local last
  for i = 1, #info, 2 do if info[i] == 'last-generated-id' then last = info[i + 1] end end
  if not before(last, ARGV[2]) then position = ARGV[2] end
end
redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], position, 'MKSTREAM')
return position)";

/// Takes over what others left idle. Gives the entries taken, then the ids of those that are gone
/// from the stream, a thousand at most, which stay pending.
constexpr const char* kClaim = R"(#!lua flags=allow-oom
local group, me, idle, max = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local taken, gone, from = {}, {}, '-'
repeat
  local page = redis.call('XPENDING', KEYS[1], group, 'IDLE', idle, from, '+', 500)
  for _, entry in ipairs(page) do
    if entry[2] ~= me and #taken < max and #gone < 1000 then
      if #redis.call('XRANGE', KEYS[1], entry[1], entry[1]) == 0 then
        gone[#gone + 1] = entry[1]
      else
        local claimed = redis.call('XCLAIM', KEYS[1], group, me, idle, entry[1])
        taken[#taken + 1] = claimed[1]
      end
    end
  end
  if #page > 0 then from = '(' .. page[#page][1] end
until #page < 500 or #taken >= max or #gone >= 1000
return {taken, gone})";

/// Removes consumers that have nothing pending and were silent for long.
constexpr const char* kReap = R"(
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  if consumer[2] ~= ARGV[2] and consumer[4] == 0 and consumer[6] >= tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer[2])
  end
end
return 1)";

/// Appends dead letters and acknowledges. An entry that is not pending any more gets no letter: its
/// acknowledgement was carried out before and only the reply was lost, or another consumer took it
/// over and was faster. Where the group is gone, with the stream perhaps, the letter is what is
/// left. ARGV: group, number of letters, fields of one; of each its entry's id and the fields; ids.
constexpr const char* kBury = R"(#!lua flags=allow-oom
local group, letters, fields = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local at = 4
for _ = 1, letters do
  local id = ARGV[at]
  local pending = redis.pcall('XPENDING', KEYS[1], group, id, id, 1)
  if pending.err or #pending > 0 then
    redis.call('XADD', KEYS[2], '*', unpack(ARGV, at + 1, at + fields))
  end
  at = at + 1 + fields
end
while at <= #ARGV do
  redis.call('XACK', KEYS[1], group, unpack(ARGV, at, math.min(at + 999, #ARGV)))
  at = at + 1000
end
return 1)";

constexpr const char* kSaveNote = R"(#!lua flags=allow-oom
return redis.call('SET', KEYS[1], ARGV[1]))";

/// Chooses how many entries to ask for, since Redis cannot be asked for bytes.
class ReadSize {
 public:
  /// How many more to ask for when so many entries and bytes are read already; zero: no more.
  std::size_t Next(ReadLimit limit, std::size_t entries, std::size_t bytes) const {
    if (entries == 0) return std::min(Fitting(limit.bytes), limit.entries);
    if (entries >= limit.entries || bytes + average_ > limit.bytes) return 0;
    return std::min(Fitting(limit.bytes - bytes), limit.entries - entries);
  }
  /// To be told of each reply that brought something.
  void Learn(std::size_t entries, std::size_t bytes) {
    const std::size_t size = bytes / entries + 1;
    // Quick to believe in large entries, slow to forget them.
    average_ = size > average_ ? size : (average_ * 3 + size) / 4;
    allowed_ = std::max<std::size_t>(entries * 2, allowed_ / 2);
  }

 private:
  std::size_t Fitting(std::size_t bytes) const {
    return std::clamp<std::size_t>(bytes / std::max<std::size_t>(average_, 1), 1, allowed_);
  }

  std::size_t average_ = 0;
  std::size_t allowed_ = 1;
};

std::size_t BytesOf(std::span<const Entry> entries) {
  std::size_t bytes = 0;
  for (const Entry& entry : entries) bytes += entry.data.size();
  return bytes;
}

/// The entries that the caller has and did not acknowledge, by rising id.
class GivenEntries {
 public:
  bool Contains(const EntryId& id) const {
    return std::binary_search(ids_.begin(), ids_.end(), id);
  }
  void Add(const EntryId& id) {
    if (ids_.empty() || ids_.back() < id) {
      ids_.push_back(id);
    } else if (const auto at = std::lower_bound(ids_.begin(), ids_.end(), id); *at != id) {
      ids_.insert(at, id);
    }
  }
  void Remove(std::span<const EntryId> done) {
    const std::set<EntryId> ids(done.begin(), done.end());
    std::erase_if(ids_, [&](const EntryId& id) { return ids.contains(id); });
  }
  std::size_t size() const { return ids_.size(); }

 private:
  std::vector<EntryId> ids_;
};

class RedisStreamReader final : public StreamReader {
 public:
  explicit RedisStreamReader(RedisReaderOptions options)
      : options_(std::move(options)),
        connection_(options_.redis),
        key_(connection_.Key(options_.stream.value())) {}

  Status EnsureGroup();

  Result<std::vector<Entry>> Read(ReadLimit limit,
                                  std::chrono::milliseconds wait,
                                  std::stop_token stop) override;
  Result<std::vector<Entry>> Pending(EntryId after, ReadLimit limit) override;
  Result<std::vector<Entry>> Claim(std::size_t max, std::chrono::milliseconds idle) override;
  Status Ack(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) override;
  Result<std::string> Note() override;
  Status SaveNote(const std::string& note) override;

 private:
  using Entries = std::vector<Entry>;

  Result<RedisReply> RunInGroup(const RedisCommands& command);
  /// A page of XREADGROUP.
  struct Page {
    Entries entries;
    std::size_t delivered = 0;  ///< With those that are left out of `entries`.
    EntryId last;               ///< Of all that were delivered.
  };

  Status CreateGroup();
  Result<Page> ReadNew(std::size_t count, std::chrono::milliseconds block);
  Result<Page> ReadOwn(EntryId after, std::size_t count);
  Status ReadOn(ReadLimit limit, Entries& entries);
  Result<Entries> LostReplies();
  Result<Entries> LookBack();
  Status AckGone(std::span<const EntryId> ids);
  void AddAcks(RedisCommands& commands, std::span<const EntryId> ids) const;
  void AddBurial(RedisCommands& commands,
                 std::span<const EntryId> ids,
                 std::span<const BuriedEntry> buried) const;
  std::string OwnKey(std::string_view what) const {
    return connection_.Key("state:" + options_.group.value() + ":" + options_.consumer.value() +
                           ":" + std::string(what));
  }

  RedisReaderOptions options_;
  RedisConnection connection_;
  std::string key_;
  ReadSize size_;
  GivenEntries given_;
  bool reply_lost_ = false;  ///< Something may have been delivered that never arrived here.
  std::chrono::steady_clock::time_point looked_back_ = SteadyNow();
};

Status RedisStreamReader::EnsureGroup() {
  const auto stream = ReadStream(connection_, key_);
  if (!stream) return stream.error();
  const bool known = std::any_of(stream->groups.begin(),
                                 stream->groups.end(),
                                 [&](const RedisGroup& g) { return g.name == options_.group; });
  return known ? Ok() : CreateGroup();
}

Status RedisStreamReader::CreateGroup() {
  Result<std::optional<EntryId>> committed = std::optional<EntryId>();
  if (options_.committed) committed = options_.committed();
  if (!committed) return committed.error();
  const auto reply = connection_.Run({"EVAL",
                                      std::string(kAllowOom) + kIdFunctions + kCreateGroup,
                                      "1",
                                      key_,
                                      options_.group.value(),
                                      ToString(committed->value_or(EntryId{}))});
  if (!reply) return reply.error();
  if (reply->value().IsNil()) return Ok();  // Somebody was faster.
  const EntryId position = ParseEntryId(reply->value().text());
  // It may be another stream than before, whose ids begin anew.
  if (position == EntryId{}) given_ = {};
  if (options_.on_group_created) options_.on_group_created(position);
  const bool is_gone = committed->value_or(EntryId{}) != position;
  if (is_gone && options_.on_position_lost) options_.on_position_lost(**committed);
  return Ok();
}

/// Runs a command that needs the group, and makes the group first when it is not there.
Result<RedisReply> RedisStreamReader::RunInGroup(const RedisCommands& command) {
  auto replies = connection_.Run(command);
  if (!replies) {
    reply_lost_ = reply_lost_ || !connection_.sent_nothing();
    return std::move(replies).error();
  }
  const RedisValue value = replies->front().value();
  if (!value.IsError()) return std::move(replies->front());
  if (RedisErrorCode(value.text()) != "NOGROUP") return ClassifyRedisError(value.text());
  if (auto status = CreateGroup(); !status) return std::move(status).error();
  auto again = connection_.RunOne(command);
  if (!again) reply_lost_ = true;
  return again;
}

Result<RedisStreamReader::Page> RedisStreamReader::ReadNew(std::size_t count,
                                                           std::chrono::milliseconds block) {
  RedisCommands command;
  command.Begin(block.count() > 0 ? 11 : 9).Argument("XREADGROUP").Argument("GROUP");
  command.Argument(options_.group.value()).Argument(options_.consumer.value());
  command.Argument("COUNT").Argument(count);
  // BLOCK 0 would wait for ever.
  if (block.count() > 0) command.Argument("BLOCK").Argument(block.count());
  command.Argument("STREAMS").Argument(key_).Argument(">");
  const auto reply = RunInGroup(command);
  if (!reply) return reply.error();
  const RedisValue elements = reply->value()[0][1];
  Page page{.entries = {}, .delivered = elements.size(), .last = {}};
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    Entry entry = ToEntry(elements[i]);
    bytes += entry.data.size();
    // A server that has forgotten its last seconds delivers entries again that the caller has.
    if (given_.Contains(entry.id)) continue;
    given_.Add(entry.id);
    page.entries.push_back(std::move(entry));
  }
  if (page.delivered > 0) size_.Learn(page.delivered, bytes);
  return page;
}

/// Adds what else is there now, within the limit.
Status RedisStreamReader::ReadOn(ReadLimit limit, Entries& entries) {
  while (const std::size_t count = size_.Next(limit, entries.size(), BytesOf(entries))) {
    auto page = ReadNew(count, {});
    if (!page) return page.error();
    std::move(page->entries.begin(), page->entries.end(), std::back_inserter(entries));
    if (page->delivered < count) return Ok();
  }
  return Ok();
}

Result<std::vector<Entry>> RedisStreamReader::Read(ReadLimit limit,
                                                   std::chrono::milliseconds wait,
                                                   std::stop_token stop) {
  const auto until = SteadyNow() + wait;
  while (true) {
    auto forgotten = LookBack();
    if (!forgotten || !forgotten->empty()) return forgotten;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyNow());
    const auto block = std::clamp<std::chrono::milliseconds>(
        left, std::chrono::milliseconds(0), stop.stop_requested() ? decltype(left)(0) : kSlice);
    auto page = ReadNew(size_.Next(limit, 0, 0), block);
    if (!page) return std::move(page).error();
    if (!page->entries.empty()) {
      // An error comes again with the next read; what is here is delivered.
      (void)ReadOn(limit, page->entries).has_value();
      return std::move(page->entries);
    }
    if (SteadyNow() >= until || stop.stop_requested()) return Entries();
  }
}

/// One page of this consumer's own pending entries. What is gone from the stream is reported and
/// acknowledged.
Result<RedisStreamReader::Page> RedisStreamReader::ReadOwn(EntryId after, std::size_t count) {
  RedisCommands command;
  command.Add({"XREADGROUP",
               "GROUP",
               options_.group.value(),
               options_.consumer.value(),
               "COUNT",
               std::to_string(count),
               "STREAMS",
               key_,
               ToString(after)});
  const auto reply = RunInGroup(command);
  if (!reply) return reply.error();
  const RedisValue elements = reply->value()[0][1];
  Page page{.entries = {}, .delivered = elements.size(), .last = after};
  std::vector<EntryId> gone;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    page.last = ParseEntryId(elements[i][0].text());
    if (IsGone(elements[i])) {
      gone.push_back(page.last);
    } else {
      page.entries.push_back(ToEntry(elements[i]));
    }
  }
  if (auto status = AckGone(gone); !status) return std::move(status).error();
  if (!page.entries.empty()) size_.Learn(page.entries.size(), BytesOf(page.entries));
  return page;
}

/// The loss first: an acknowledged entry is never met again.
Status RedisStreamReader::AckGone(std::span<const EntryId> ids) {
  if (ids.empty()) return Ok();
  if (options_.on_entries_lost) {
    if (auto status = options_.on_entries_lost(ids); !status) return status;
  }
  return Ack(ids, {});
}

Result<std::vector<Entry>> RedisStreamReader::Pending(EntryId after, ReadLimit limit) {
  Entries entries;
  std::size_t bytes = 0;
  while (const std::size_t count = size_.Next(limit, entries.size(), bytes)) {
    auto page = ReadOwn(after, count);
    if (!page) return std::move(page).error();
    if (page->delivered == 0) break;
    after = page->last;
    for (Entry& entry : page->entries) {
      bytes += entry.data.size();
      // These are pending already: what goes beyond the limit comes with the next call.
      if (!entries.empty() && bytes > limit.bytes) return entries;
      given_.Add(entry.id);
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

/// All of this consumer's pending entries that the caller does not have: those of a reply that was
/// lost with its connection.
Result<std::vector<Entry>> RedisStreamReader::LostReplies() {
  Entries lost;
  EntryId after{};
  while (true) {
    auto page = ReadOwn(after, size_.Next({.entries = kPageEntries}, 0, 0));
    if (!page) return std::move(page).error();
    if (page->delivered == 0) break;
    after = page->last;
    for (Entry& entry : page->entries) {
      if (!given_.Contains(entry.id)) lost.push_back(std::move(entry));
    }
  }
  for (const Entry& entry : lost) given_.Add(entry.id);
  reply_lost_ = false;
  return lost;
}

/// After a lost reply, and from time to time (a server that was paused may carry out later what was
/// given up on): entries that are pending here and that nobody has.
Result<std::vector<Entry>> RedisStreamReader::LookBack() {
  if (reply_lost_) return LostReplies();
  if (SteadyNow() - looked_back_ < kLookBack) return Entries();
  looked_back_ = SteadyNow();
  RedisCommands command;
  command.Add({"XPENDING", key_, options_.group.value()});
  const auto summary = RunInGroup(command);
  if (!summary) return summary.error();
  const RedisValue consumers = summary->value()[3];
  for (std::size_t i = 0; i < consumers.size(); ++i) {
    if (consumers[i][0].text() != options_.consumer.value()) continue;
    if (consumers[i][1].Count() > given_.size()) return LostReplies();
  }
  return Entries();
}

Result<std::vector<Entry>> RedisStreamReader::Claim(std::size_t max,
                                                    std::chrono::milliseconds idle) {
  if (reply_lost_) return LostReplies();
  RedisCommands command;
  command.Begin(8).Argument("EVAL").Argument(kClaim).Argument("1").Argument(key_);
  command.Argument(options_.group.value()).Argument(options_.consumer.value());
  command.Argument(idle.count()).Argument(max);
  const auto reply = RunInGroup(command);
  if (!reply) return reply.error();
  const RedisValue taken = reply->value()[0];
  std::vector<EntryId> gone;
  for (std::size_t i = 0; i < reply->value()[1].size(); ++i) {
    gone.push_back(ParseEntryId(reply->value()[1][i].text()));
  }
  Entries entries;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    entries.push_back(ToEntry(taken[i]));
    given_.Add(entries.back().id);
  }
  // What was taken is delivered whatever becomes of the others, which stay pending.
  if (auto status = AckGone(gone); !status && entries.empty()) return std::move(status).error();
  // Housekeeping: when it fails the next one does it.
  (void)connection_
      .Run({"EVAL",
            kReap,
            "1",
            key_,
            options_.group.value(),
            options_.consumer.value(),
            std::to_string(options_.reap_idle.count())})
      .has_value();
  return entries;
}

void RedisStreamReader::AddAcks(RedisCommands& commands, std::span<const EntryId> ids) const {
  while (!ids.empty()) {
    const auto some = ids.first(std::min(ids.size(), kAckIds));
    commands.Begin(some.size() + 3).Argument("XACK").Argument(key_);
    commands.Argument(options_.group.value());
    for (const EntryId& id : some) commands.Argument(ToString(id));
    ids = ids.subspan(some.size());
  }
}

void RedisStreamReader::AddBurial(RedisCommands& commands,
                                  std::span<const EntryId> ids,
                                  std::span<const BuriedEntry> buried) const {
  commands.Begin(8 + buried.size() * (kDeadLetterArguments + 1) + ids.size());
  commands.Argument("EVAL").Argument(kBury).Argument("2").Argument(key_);
  commands.Argument(DeadLetterKey(options_.redis.key_prefix, options_.stream));
  commands.Argument(options_.group.value());
  commands.Argument(buried.size()).Argument(kDeadLetterArguments);
  for (const BuriedEntry& entry : buried) {
    commands.Argument(ToString(entry.id));
    AddFields(commands, entry.letter);
  }
  for (const EntryId& id : ids) commands.Argument(ToString(id));
}

Status RedisStreamReader::Ack(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) {
  RedisCommands commands;
  if (buried.empty()) {
    AddAcks(commands, ids);
  } else {
    AddBurial(commands, ids, buried);
  }
  if (commands.count() == 0) return Ok();
  const auto replies = connection_.Run(commands);
  if (!replies) return replies.error();
  // A group that is gone is no error here: it has nothing pending, and the next read makes it.
  if (auto error = FirstError(*replies)) return std::move(*error);
  given_.Remove(ids);
  return Ok();
}

Result<std::string> RedisStreamReader::Note() {
  const auto reply = connection_.Run({"GET", OwnKey("batch")});
  if (!reply) return reply.error();
  return std::string(reply->value().text());
}

Status RedisStreamReader::SaveNote(const std::string& note) {
  const auto reply = connection_.Run({"EVAL", kSaveNote, "1", OwnKey("batch"), note});
  return reply ? Ok() : Status(reply.error());
}

}  // namespace

Result<std::unique_ptr<StreamReader>> OpenRedisStreamReader(RedisReaderOptions options) {
  if (auto status = CheckRedisOptions(options.redis); !status) return std::move(status).error();
  auto reader = std::make_unique<RedisStreamReader>(std::move(options));
  // While Redis is away this waits for the first read.
  if (auto status = reader->EnsureGroup(); !status && status.error().kind != ErrorKind::kTransient)
    return std::move(status).error();
  return std::unique_ptr<StreamReader>(std::move(reader));
}

}  // namespace polyhouse
