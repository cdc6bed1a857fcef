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

/// After kAllowOom, kIdFunctions, kRowFunctions and kCacheFunctions. KEYS: the marker, the note,
/// the streams. ARGV: what the marker becomes, its time to live in ms or "", for each stream how
/// many entries it must have got, then the state's commands, each with the number of its arguments
/// before it: those of AddState, kNoteRows, kCache, and XACK with the consumer after the group. 1:
/// all is done. Else nothing is, because entries that were taken are removed again, and state that
/// was moved is moved back: 0: not every entry was taken; 4: an entry to be acknowledged is not
/// pending for its consumer; or an error.
inline constexpr const char* kEndPage = R"(
local undo, added_ids = {}, {}
local function undo_all()
  for i = #undo, 1, -1 do redis.pcall(unpack(undo[i])) end
end

local complete, stream = true, 0
for before in (redis.call('GET', KEYS[2]) or ''):gmatch('%d+') do
  stream = stream + 1
  local key, length = KEYS[2 + stream], redis.pcall('XLEN', KEYS[2 + stream])
  local added = type(length) == 'number' and length - tonumber(before) or 0
  complete = complete and added == tonumber(ARGV[2 + stream])
  added_ids[key] = {}
  for _, entry in ipairs(added > 0 and redis.call('XREVRANGE', key, '+', '-', 'COUNT', added) or {}) do
    undo[#undo + 1] = {'XDEL', key, entry[1]}
    added_ids[key][#added_ids[key] + 1] = entry[1]
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
local function note(key, ...)
  local newest_first, ids = added_ids[key], {}
  for i = #newest_first, 1, -1 do ids[#ids + 1] = newest_first[i] end
  for _, member in ipairs(note_rows(key, ids, {...})) do
    undo[#undo + 1] = {'ZREM', key .. ':rows', member}
  end
end
-- Of a cached record that is taken back nothing is left, which does no harm.
local function cache(...)
  local keys = put_cached(...)
  if #keys > 0 then undo[#undo + 1] = {'DEL', unpack(keys)} end
end
local function check_pending(key, group, consumer, ...)
  for _, id in ipairs({...}) do
    if #redis.call('XPENDING', key, group, id, id, 1, consumer) == 0 then error('not pending', 0) end
  end
end
local function acknowledge(key, group, consumer, ...) redis.call('XACK', key, group, ...) end
local function each_command(of_acks, of_others)
  local at = 3 + stream
  while at <= #ARGV do
    local command, last = ARGV[at + 1], at + tonumber(ARGV[at])
    if command == 'XACK' then
      of_acks(unpack(ARGV, at + 2, last))
    elseif command == 'ROWS' then
      of_others(note, unpack(ARGV, at + 2, last))
    elseif command == 'CACHE' then
      of_others(cache, unpack(ARGV, at + 2, last))
    else
      of_others(move, unpack(ARGV, at + 1, last))
    end
    at = last + 1
  end
end
-- An acknowledgement cannot be moved back: all are looked at before anything moves, and come last.
local function call(f, ...) f(...) end
local function nothing() end
local moved, why = pcall(each_command, check_pending, nothing)
if moved then moved, why = pcall(each_command, nothing, call) end
if not moved then
  undo_all()
  if why == 'not pending' then return 4 end
  return redis.error_reply(type(why) == 'table' and why.err or why)
end
if ARGV[2] == '' then
  redis.call('SET', KEYS[1], ARGV[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
each_command(acknowledge, nothing)
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
