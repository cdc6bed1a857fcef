#pragma once

// Private to adapters/redis: Redis goes on with a transaction after an error in it. So a page's
// entries stand in a MULTI between these two scripts, and what depends on them (cursor, index,
// counts) is moved by the second one alone, after it has seen that every entry was taken. The
// entries do not go through Lua, which would copy each twice.

namespace polyhouse {

/// The first line of scripts that must work when Redis is over its memory limit. A MULTI is refused
/// as a whole then, whatever its scripts say; this keeps one that began before from being cut off.
inline constexpr const char* kAllowOom = "#!lua flags=allow-oom\n";

/// Notes how long the streams are. KEYS: a key for the note, the streams.
inline constexpr const char* kBeginPage = R"(#!lua flags=allow-oom
local lengths = {}
for i = 2, #KEYS do
  local length = redis.pcall('XLEN', KEYS[i])
  lengths[#lengths + 1] = type(length) == 'number' and length or 0
end
redis.call('SET', KEYS[1], table.concat(lengths, ' '), 'PX', 60000)
return 1)";

/// After kAllowOom. KEYS: the marker, the note, the streams. ARGV: what the marker becomes, its
/// time to live in ms or "", for each stream how many entries it must have got, then the state's
/// commands, each with the number of its arguments before it. 1: all is done. Else, 0 or an error,
/// nothing is: entries that were taken are removed again, and state that was moved is moved back.
inline constexpr const char* kEndPage = R"(
local undo = {}
local function undo_all()
  for i = #undo, 1, -1 do redis.pcall(unpack(undo[i])) end
end

local complete, stream = true, 0
for before in (redis.call('GET', KEYS[2]) or ''):gmatch('%d+') do
  stream = stream + 1
  local key, length = KEYS[2 + stream], redis.pcall('XLEN', KEYS[2 + stream])
  local added = type(length) == 'number' and length - tonumber(before) or 0
  complete = complete and added == tonumber(ARGV[2 + stream])
  for _, entry in ipairs(added > 0 and redis.call('XREVRANGE', key, '+', '-', 'COUNT', added) or {}) do
    undo[#undo + 1] = {'XDEL', key, entry[1]}
  end
end
redis.call('DEL', KEYS[2])
if not complete or stream ~= #KEYS - 2 then
  undo_all()
  return 0
end

local function opposite(command, key, field)
  if command == 'INCRBY' then return {'DECRBY', key, field} end
  if command == 'SET' then
    local old = redis.call('GET', key)
    return old and {'SET', key, old} or {'DEL', key}
  end
  local old = redis.call('HGET', key, field)
  return old and {'HSET', key, field, old} or {'HDEL', key, field}
end
local function move(command, key, ...)
  local back = opposite(command, key, ...)
  redis.call(command, key, ...)
  undo[#undo + 1] = back
end
local at = 3 + stream
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  local moved, why = pcall(move, unpack(ARGV, at + 1, at + count))
  if not moved then
    undo_all()
    return redis.error_reply(type(why) == 'table' and why.err or why)
  end
  at = at + count + 1
end
if ARGV[2] == '' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1)";

/// What comes before kEndPage where there is no page: state alone, in one script without a MULTI,
/// so that readers can note a loss when Redis is full. KEYS after those of kEndPage: the lease, the
/// key of the expected state. ARGV before those of kEndPage: the lease's token, or "" without a
/// lease; what the marker must hold; "1" if there is an expected state; its value. 2: the lease or
/// the marker is not ours any more; 3: the state is not what was expected. Nothing is done then.
inline constexpr const char* kCheckState = R"(
local expected_key, lease = table.remove(KEYS), table.remove(KEYS)
local token, marker = table.remove(ARGV, 1), table.remove(ARGV, 1)
local expects, value = table.remove(ARGV, 1), table.remove(ARGV, 1)
if token ~= '' and
   (redis.call('GET', lease) ~= token or (redis.call('GET', KEYS[1]) or '') ~= marker) then
  return 2
end
if expects == '1' and (redis.call('GET', expected_key) or '') ~= value then return 3 end
)";

}  // namespace polyhouse
