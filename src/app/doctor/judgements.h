#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/doctor/checkup.h"

namespace polyhouse {

// What numbers mean, apart from where they come from.

/// `theirs_minus_ours`, of clocks that are to agree; positive: ours is behind.
Checkup JudgeClock(std::string name,
                   const std::string& whose,
                   std::chrono::milliseconds theirs_minus_ours);

/// Limits of open files of a process: the one that holds, and the one to which it may be raised.
Checkup JudgeDescriptors(std::uint64_t soft, std::uint64_t hard);

/// A disk as it is now.
struct DiskRoom {
  std::uint64_t free_bytes = 0;
  std::uint64_t files = 0;  ///< That it can hold; zero: it has no such limit.
  std::uint64_t free_files = 0;
  bool read_only = false;
};
Checkup JudgeDisk(const std::string& path, const DiskRoom& room);

/// The kind of a file system, as statfs says it: SQLite and our locks need one that locks.
Checkup JudgeFileSystem(const std::string& path, std::uint64_t type);

/// Of the machine, or of the group of processes that is limited to less.
struct MachineMemory {
  std::uint64_t total = 0;
  std::uint64_t available = 0;
};
/// `for_engine`: what the built-in database may take; zero: there is none.
Checkup JudgeMemory(const MachineMemory& memory, std::uint64_t for_engine);

/// `most` is Redis' maxmemory, zero: none; `machine` zero: not known.
Checkup JudgeRedisMemory(std::uint64_t used, std::uint64_t most, std::uint64_t machine);

/// The partition with the most active parts.
struct FullestPartition {
  std::string table;
  std::string partition;
  std::uint64_t parts = 0;
  std::uint64_t delays_at = 1'000;  ///< The server slows inserts down from so many on,
  std::uint64_t throws_at = 3'000;  ///< and refuses them from so many on.
};
Checkup JudgeParts(const FullestPartition& fullest);

/// The value of a setting in the definition of a table, or in its engine with settings; empty when
/// it does not stand there.
std::optional<std::uint64_t> TableSettingIn(std::string_view definition, std::string_view name);

/// How old a node's newest block is.
Checkup JudgeHead(std::string name,
                  const std::string& host,
                  std::uint64_t head,
                  std::chrono::milliseconds age);

}  // namespace polyhouse
