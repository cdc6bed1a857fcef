#include "adapters/redis/redis_appender.h"

#include <algorithm>

#include "adapters/redis/redis_cache.h"
#include "adapters/redis/redis_row_script.h"

namespace polyhouse {
namespace {

/// Around the data of an entry or letter: names, lengths, timestamps.
constexpr std::size_t kOverhead = 200;

std::size_t SizeOf(const AppendTransaction& transaction) {
  std::size_t bytes = 0;
  for (const NewEntry& entry : transaction.entries) bytes += entry.data.size() + kOverhead;
  return bytes;
}

void AddEntriesOf(RedisCommands& commands,
                  const std::string& key,
                  const std::vector<NewEntry>& entries) {
  constexpr std::size_t kArguments = 9;
  for (const NewEntry& entry : entries) {
    const bool says_rows = entry.rows != 1;
    commands.Begin(kArguments + (says_rows ? 2 : 0)).Argument("XADD").Argument(key).Argument("*");
    commands.Argument("data").Argument(entry.data);
    commands.Argument("timestamp").Argument(entry.timestamp);
    commands.Argument("v").Argument(entry.version);
    if (says_rows) commands.Argument("rows").Argument(entry.rows);
  }
}

}  // namespace

std::string DeadLetterKey(const std::string& prefix, const StreamName& stream) {
  return prefix + stream.value() + ":dlq";
}

std::string_view FormName(DeadLetterForm form) {
  return form == DeadLetterForm::kApiRecord ? "api record" : "entry";
}

void AddFields(RedisCommands& commands, const DeadLetter& letter) {
  commands.Argument("form").Argument(FormName(letter.form));
  commands.Argument("data").Argument(letter.data);
  commands.Argument("kind").Argument(letter.kind);
  commands.Argument("reason").Argument(letter.reason);
  commands.Argument("attempts").Argument(letter.attempts);
  commands.Argument("first_seen").Argument(letter.first_seen.time_since_epoch().count());
  commands.Argument("timestamp").Argument(letter.timestamp);
  commands.Argument("v").Argument(letter.version);
}

void AddEntries(RedisCommands& commands,
                const std::string& prefix,
                const AppendTransaction& transaction) {
  commands.Reserve(commands.bytes().size() + SizeOf(transaction));
  AddEntriesOf(commands, prefix + transaction.stream.value(), transaction.entries);
  for (const StreamEntries& other : transaction.others) {
    AddEntriesOf(commands, prefix + other.stream.value(), other.entries);
  }
  const std::string dead = DeadLetterKey(prefix, transaction.stream);
  for (const DeadLetter& letter : transaction.dead_letters) {
    commands.Begin(kDeadLetterArguments + 3).Argument("XADD").Argument(dead).Argument("*");
    AddFields(commands, letter);
  }
}

std::map<std::string, std::size_t> EntryCounts(const std::string& prefix,
                                               const AppendTransaction& transaction) {
  std::map<std::string, std::size_t> counts;
  counts[prefix + transaction.stream.value()] = transaction.entries.size();
  for (const StreamEntries& other : transaction.others) {
    counts[prefix + other.stream.value()] += other.entries.size();
  }
  counts[DeadLetterKey(prefix, transaction.stream)] = transaction.dead_letters.size();
  std::erase_if(counts, [](const auto& count) { return count.second == 0; });
  return counts;
}

void AddState(RedisCommands& commands,
              const std::string& prefix,
              const AppendTransaction& transaction) {
  for (const auto& [state, value] : transaction.set) commands.Add({"SET", prefix + state, value});
  for (const auto& [state, amount] : transaction.add) {
    commands.Add({"INCRBY", prefix + state, std::to_string(amount)});
  }
  for (const FieldChange& change : transaction.fields) {
    if (change.value) {
      commands.Add({"HSET", prefix + change.key, change.field, *change.value});
    } else {
      commands.Add({"HDEL", prefix + change.key, change.field});
    }
  }
}

void AddCache(RedisCommands& commands,
              const std::string& prefix,
              const AppendTransaction& transaction) {
  for (const CacheChange& change : transaction.cached) {
    const std::string kind = prefix + change.kind;
    commands.Begin(8 + 2 * change.fields.size()).Argument(kCache);
    commands.Argument(kind + ":" + change.name).Argument(kind + "_name:" + change.id);
    commands.Argument(kind + ":").Argument(change.name).Argument(change.id);
    commands.Argument(change.version).Argument(change.ttl.count());
    for (const auto& [field, value] : change.fields) commands.Argument(field).Argument(value);
  }
}

void AddRows(RedisCommands& commands,
             const std::string& prefix,
             const AppendTransaction& transaction) {
  std::map<std::string, std::vector<std::uint32_t>> rows;
  const auto add = [&](const StreamName& stream, const std::vector<NewEntry>& entries) {
    auto& of_stream = rows[prefix + stream.value()];
    for (const NewEntry& entry : entries) of_stream.push_back(entry.rows);
  };
  add(transaction.stream, transaction.entries);
  for (const StreamEntries& other : transaction.others) add(other.stream, other.entries);
  for (const auto& [key, of_stream] : rows) {
    if (std::all_of(of_stream.begin(), of_stream.end(), [](auto count) { return count == 1; })) {
      continue;
    }
    commands.Begin(of_stream.size() + 2).Argument(kNoteRows).Argument(key);
    for (const std::uint32_t count : of_stream) commands.Argument(count);
  }
}

void AddAcks(RedisCommands& commands,
             const std::string& prefix,
             const AppendTransaction& transaction) {
  for (const StreamAcks& acks : transaction.acks) {
    for (std::span ids(acks.ids); !ids.empty();) {
      const auto some = ids.first(std::min(ids.size(), kAckIds));
      commands.Begin(some.size() + 4).Argument("XACK").Argument(prefix + acks.stream.value());
      commands.Argument(acks.group.value()).Argument(acks.consumer.value());
      for (const EntryId& id : some) commands.Argument(ToString(id));
      ids = ids.subspan(some.size());
    }
  }
}

}  // namespace polyhouse
