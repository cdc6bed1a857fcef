#include "imports/repeat_counter.h"

#include <xxhash.h>

#include <utility>

namespace polyhouse {

RepeatCounter::Seen& RepeatCounter::Find(Lines& lines, std::uint64_t hash) {
  std::size_t place = hash % kPlaces;
  while (lines[place].at != 0 && lines[place].hash != hash) place = (place + 1) % kPlaces;
  return lines[place];
}

std::uint32_t RepeatCounter::Count(std::string_view line) {
  const std::uint64_t hash = XXH3_64bits(line.data(), line.size());
  if (++at_ % kWindow == 0) {
    std::swap(recent_, older_);
    recent_.assign(kPlaces, {});
  }
  Seen& seen = Find(recent_, hash);
  const Seen last = seen.at != 0 ? seen : Find(older_, hash);
  const bool repeats = last.at != 0 && at_ - last.at <= kWindow;
  seen = {hash, at_, repeats ? last.before + 1 : 0};
  return seen.before;
}

}  // namespace polyhouse
