#pragma once

// Private to adapters/redis.

namespace polyhouse {

/// Functions on stream ids for scripts, which begin with it (after the line of flags). Exact for
/// all ids, up to 18446744073709551615-18446744073709551615: a number of Lua holds 53 bits, so
/// their two parts stay texts and are compared as such: first by length, because they have no
/// leading zeros.
inline constexpr const char* kIdFunctions = R"(
local function parts(id) return id:match('^(%d+)%-(%d+)$') end
local function smaller(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end
local function before(a, b)
  local a_high, a_low = parts(a)
  local b_high, b_low = parts(b)
  if a_high ~= b_high then return smaller(a_high, b_high) end
  return smaller(a_low, b_low)
end
local function one_more(digits)
  local nines = #digits:match('9*$')
  local head = digits:sub(1, #digits - nines)
  local zeros = ('0'):rep(nines)
  if head == '' then return '1' .. zeros end
  return head:sub(1, -2) .. string.char(head:byte(-1) + 1) .. zeros
end
local largest = '18446744073709551615'
local function after(id)
  local high, low = parts(id)
  if low ~= largest then return high .. '-' .. one_more(low) end
  if high ~= largest then return one_more(high) .. '-0' end
  return false
end
)";

/// Functions on groups, as XINFO GROUPS lists them, for scripts that begin with kIdFunctions.
inline constexpr const char* kGroupFunctions = R"(
-- The first entry that a group still needs: its oldest pending one, else the one after the last
-- delivered; false: there can be none.
local function first_needed(stream, group)
  local oldest = redis.call('XPENDING', stream, group[2], '-', '+', 1)[1]
  if oldest then return oldest[1] end
  for i = 1, #group, 2 do
    if group[i] == 'last-delivered-id' then return after(group[i + 1]) end
  end
  return false
end
)";

}  // namespace polyhouse
