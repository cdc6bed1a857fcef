#include "app/doctor/judgements.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "app/condition.h"
#include "config/units.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMegabyte = 1UL << 20U;
constexpr std::uint64_t kGigabyte = 1UL << 30U;

/// A Date header is cut to the second, and an answer takes its time.
constexpr milliseconds kSkewSeen{5'000};
constexpr milliseconds kSkewTooMuch{60'000};

constexpr std::uint64_t kFewDescriptors = 1'024;
constexpr std::uint64_t kTooFewDescriptors = 256;

constexpr std::uint64_t kLittleDisk = 10 * kGigabyte;
constexpr std::uint64_t kTooLittleDisk = kGigabyte;
constexpr std::uint64_t kFewFiles = 100'000;

constexpr std::uint64_t kLittleMemory = kGigabyte;
constexpr std::uint64_t kTooLittleMemory = 256 * kMegabyte;

/// A healthy partition has some dozens.
constexpr std::uint64_t kManyParts = 300;

/// Blocks come every two seconds.
constexpr milliseconds kHeadLate{60'000};
constexpr milliseconds kHeadTooLate{600'000};

/// "1.5 GB"; to two digits, which is enough for a person.
std::string Size(std::uint64_t bytes) {
  const bool large = bytes >= kGigabyte;
  const std::uint64_t tenths = bytes * 10 / (large ? kGigabyte : kMegabyte);
  return std::to_string(tenths / 10) +
         (tenths < 100 ? "." + std::to_string(tenths % 10) : std::string()) +
         (large ? " GB" : " MB");
}

/// Half of it, as a setting is written.
std::string HalfOf(std::uint64_t bytes) {
  return FormatBytes(std::max(bytes / 2 / (512 * kMegabyte), std::uint64_t{1}) * 512 * kMegabyte);
}

}  // namespace

Checkup JudgeClock(std::string name, const std::string& whose, milliseconds theirs_minus_ours) {
  const milliseconds skew(std::llabs(theirs_minus_ours.count()));
  if (skew <= kSkewSeen)
    return Passed(std::move(name), "within " + AgeText(kSkewSeen) + " of ours");
  const std::string found = whose + " clock is " + AgeText(skew) +
                            (theirs_minus_ours.count() > 0 ? " ahead of ours" : " behind ours");
  const std::string fix =
      "Let NTP set the clock of the machine that is wrong (timedatectl set-ntp true): rows are "
      "stamped with this machine's, and when something is due is told by both.";
  return skew <= kSkewTooMuch ? Warned(std::move(name), found, fix)
                              : Failed(std::move(name), found, fix);
}

Checkup JudgeDescriptors(std::uint64_t soft, std::uint64_t hard) {
  const std::string name = "open files";
  const std::string found = "a process may open " + std::to_string(soft) +
                            (hard > soft ? ", at most " + std::to_string(hard) : std::string());
  if (soft >= kFewDescriptors) return Passed(name, found);
  const std::string fix =
      "Run ulimit -n 65536 before polyhouse, or set LimitNOFILE=65536 in its "
      "systemd unit: tables alone open hundreds of files.";
  return soft >= kTooFewDescriptors ? Warned(name, found, fix) : Failed(name, found, fix);
}

Checkup JudgeDisk(const std::string& path, const DiskRoom& room) {
  const std::string name = "disk";
  if (room.read_only) {
    return Failed(name,
                  path + " is on a file system that is mounted read-only",
                  "Mount it for writing, or choose another place with --data-dir.");
  }
  if (room.files > 0 && room.free_files < kFewFiles) {
    return Failed(name,
                  path + " has room for " + std::to_string(room.free_files) + " more files",
                  "Remove files, or choose another place with --data-dir: at least " +
                      std::to_string(kFewFiles) + " are needed (df -i).");
  }
  const std::string found = Size(room.free_bytes) + " free at " + path;
  const std::string fix =
      "Make room, or choose another place with --data-dir: all markets and "
      "events need about " +
      Size(kLittleDisk) + " while they are read, fills more.";
  if (room.free_bytes < kTooLittleDisk) return Failed(name, found, fix);
  return room.free_bytes < kLittleDisk ? Warned(name, found, fix) : Passed(name, found);
}

Checkup JudgeFileSystem(const std::string& path, std::uint64_t type) {
  const std::string name = "file locks";
  std::string_view kind;
  switch (type) {
    case 0x6969:
      kind = "NFS";
      break;
    case 0x517B:
    case 0xFE534D42:
    case 0xFF534D42:
      kind = "SMB";
      break;
    case 0x01021997:
      kind = "9P";
      break;
    default:
      return Passed(name, "work at " + path);
  }
  return Failed(name,
                path + " is on " + std::string(kind) +
                    ", where SQLite's log cannot be shared and locks are not kept",
                "Choose a place on a local disk with --data-dir.");
}

Checkup JudgeMemory(const MachineMemory& memory, std::uint64_t for_engine) {
  const std::string name = "memory";
  const std::string found =
      Size(memory.available) + " of " + Size(memory.total) + " available" +
      (for_engine > 0 ? ", " + Size(for_engine) + " for queries (engine.memory)" : std::string());
  if (memory.available < kTooLittleMemory) {
    return Failed(name, found, "End other programs, or give the machine more memory.");
  }
  if (for_engine > memory.total / 10 * 9) {
    return Warned(
        name, found, "Leave half to others: --engine-memory=" + HalfOf(memory.total) + ".");
  }
  if (memory.available < kLittleMemory) {
    return Warned(name, found, "Each role takes up to 100 MB; end other programs.");
  }
  return Passed(name, found);
}

Checkup JudgeRedisMemory(std::uint64_t used, std::uint64_t most, std::uint64_t machine) {
  const std::string name = "redis memory";
  if (most == 0) {
    const std::string found = Size(used) + " used, no limit";
    if (machine == 0 || used < machine / 10 * 8) return Passed(name, found);
    return Warned(name,
                  found + ", of a machine with " + Size(machine),
                  "Let writers catch up (polyhouse status says how far they are behind), or give "
                  "the machine more memory.");
  }
  const std::string found = Size(used) + " of " + Size(most) + " used (maxmemory)";
  const std::string fix =
      "Raise it (CONFIG SET maxmemory 4gb, and in redis.conf), or let writers catch up: at the "
      "limit Redis refuses every write.";
  if (used >= most / 100 * 95) return Failed(name, found, fix);
  return used >= most / 100 * 75 ? Warned(name, found, fix) : Passed(name, found);
}

Checkup JudgeParts(const FullestPartition& fullest) {
  const std::string name = "parts";
  if (fullest.parts == 0) return Passed(name, "no rows yet");
  const std::string found = "at most " + std::to_string(fullest.parts) + " in a partition (" +
                            fullest.table + ", " + fullest.partition + ")";
  const std::string fix =
      "See why they are not merged (system.merges, SYSTEM START MERGES, free disk), and let "
      "writers send larger batches (--writer-batch-age 5s); from " +
      std::to_string(fullest.delays_at) + " on inserts are slowed down, from " +
      std::to_string(fullest.throws_at) + " on refused.";
  if (fullest.parts >= fullest.throws_at) return Failed(name, found, fix);
  const bool many = fullest.parts >= kManyParts || fullest.parts >= fullest.delays_at;
  return many ? Warned(name, found, fix) : Passed(name, found);
}

std::optional<std::uint64_t> TableSettingIn(std::string_view definition, std::string_view name) {
  const std::string wanted = " " + std::string(name) + " = ";
  const auto at = definition.find(wanted);
  if (at == std::string_view::npos) return std::nullopt;
  const char* const begin = definition.data() + at + wanted.size();
  std::uint64_t value = 0;
  const auto read = std::from_chars(begin, definition.data() + definition.size(), value);
  return read.ec == std::errc{} ? std::optional(value) : std::nullopt;
}

Checkup JudgeHead(std::string name, const std::string& host, std::uint64_t head, milliseconds age) {
  std::string found =
      host + ", chain 137, block " + std::to_string(head) + " of " + AgeText(age) + " ago";
  const std::string fix =
      "The node is behind the chain: wait until it is in step, or name another "
      "one in --rpc-url.";
  if (age > kHeadTooLate) return Failed(std::move(name), std::move(found), fix);
  if (age > kHeadLate) return Warned(std::move(name), std::move(found), fix);
  return Passed(std::move(name), std::move(found));
}

}  // namespace polyhouse
