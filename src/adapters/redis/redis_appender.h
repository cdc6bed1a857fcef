#pragma once

// Private to adapters/redis: how an AppendTransaction and its parts look as commands.

#include <map>
#include <span>
#include <string>

#include "adapters/redis/redis_commands.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Ids of one XACK: Lua takes some thousand arguments at most.
inline constexpr std::size_t kAckIds = 1'000;

/// `<stream>:dlq`, with the prefix.
std::string DeadLetterKey(const std::string& prefix, const StreamName& stream);

/// One XADD for each entry and dead letter.
void AddEntries(RedisCommands& commands,
                const std::string& prefix,
                const AppendTransaction& transaction);
/// How many of them each stream gets, by its key.
std::map<std::string, std::size_t> EntryCounts(const std::string& prefix,
                                               const AppendTransaction& transaction);
/// SET, INCRBY, HSET and HDEL for the state.
void AddState(RedisCommands& commands,
              const std::string& prefix,
              const AppendTransaction& transaction);
/// kCache for each cached record.
void AddCache(RedisCommands& commands,
              const std::string& prefix,
              const AppendTransaction& transaction);
/// kNoteRows for each stream that gets entries of several rows.
void AddRows(RedisCommands& commands,
             const std::string& prefix,
             const AppendTransaction& transaction);
/// XACK, with the consumer after the group.
void AddAcks(RedisCommands& commands,
             const std::string& prefix,
             const AppendTransaction& transaction);

/// The names and values of a dead letter's fields, kDeadLetterArguments arguments.
inline constexpr std::size_t kDeadLetterArguments = 16;
void AddFields(RedisCommands& commands, const DeadLetter& letter);

/// "api record", "entry".
std::string_view FormName(DeadLetterForm form);

}  // namespace polyhouse
