#pragma once

// Private to adapters/redis: how many rows lie between two entries of a stream. Redis counts
// entries. Beside a stream whose entries hold several rows lies a sorted set, `<stream>:rows`: for
// each such entry its id, and how many more rows than entries the stream has got up to it, both in
// the member, so that Redis orders them by id. A stream of single rows has none.

namespace polyhouse {

/// Functions for scripts that begin with kIdFunctions.
inline constexpr const char* kRowFunctions = R"(
local function padded(id)
  local high, low = parts(id)
  return ('0'):rep(20 - #high) .. high .. '-' .. ('0'):rep(20 - #low) .. low
end
local function extra_upto(index, most)
  local member = redis.call('ZREVRANGEBYLEX', index, most, '-', 'LIMIT', 0, 1)[1]
  return member and tonumber(member:match(' (%d+)$')) or 0
end
local function extra_before(index, id) return extra_upto(index, '(' .. padded(id)) end

-- Of entries just added, oldest first; gives the members. What stands behind them in the index is
-- of a stream that was lost.
local function note_rows(stream, ids, rows)
  local index, members = stream .. ':rows', {}
  redis.call('ZREMRANGEBYLEX', index, '[' .. padded(ids[1]), '+')
  local extra = extra_upto(index, '+')
  for i, id in ipairs(ids) do
    extra = extra + tonumber(rows[i]) - 1
    if rows[i] ~= '1' then
      members[#members + 1] = padded(id) .. ' ' .. ('%.0f'):format(extra)
      redis.call('ZADD', index, 0, members[#members])
    end
  end
  return members
end

-- Of what was trimmed only the last member is kept, from which on is counted.
local function trim_rows(stream)
  local index = stream .. ':rows'
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  if not oldest then return redis.call('DEL', index) end
  local base = redis.call('ZREVRANGEBYLEX', index, '(' .. padded(oldest[1]), '-', 'LIMIT', 0, 1)[1]
  if base then redis.call('ZREMRANGEBYLEX', index, '-', '(' .. base) end
end
)";

/// The name of what is no command of Redis but note_rows: the stream's key, then the rows of each
/// entry that the stream gets.
inline constexpr const char* kNoteRows = "ROWS";

}  // namespace polyhouse
