#include "engine/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace polyhouse::engine {
namespace {

// linux/landlock.h as the newest kernels have it: the header of the machine that builds may be
// older than the kernel that runs. The numbers are the same on every architecture.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;
constexpr int kBeneath = 1;

constexpr std::uint64_t kReadFile = 1U << 2U;
constexpr std::uint64_t kReadDir = 1U << 3U;
constexpr std::uint64_t kConnectTcp = 1U << 1U;
constexpr std::uint64_t kScopes = 3;  // Abstract Unix sockets, signals.

struct RulesetAttributes {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_net = 0;
  std::uint64_t scoped = 0;
};

struct [[gnu::packed]] BeneathAttributes {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

Error Refusal(const std::string& what) {
  return ConfigError(what + ": " + std::generic_category().message(errno));
}

/// All rights that this version of the interface knows; a right it does not know is an error.
std::uint64_t FileRights(long version) {
  if (version == 1) return (1U << 13U) - 1;
  if (version == 2) return (1U << 14U) - 1;  // Moving between directories.
  if (version <= 4) return (1U << 15U) - 1;  // Truncating.
  return (1U << 16U) - 1;                    // Controlling devices.
}

RulesetAttributes AttributesFor(long version) {
  return {.handled_files = FileRights(version),
          .handled_net = version >= 4 ? kConnectTcp : 0,
          .scoped = version >= 6 ? kScopes : 0};
}

/// A directory that is not there needs no rule.
Status Allow(const Descriptor& ruleset, const std::string& directory, std::uint64_t rights) {
  const Descriptor parent(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (parent.number() < 0) return Ok();
  const BeneathAttributes beneath{rights, parent.number()};
  if (syscall(kAddRule, ruleset.number(), kBeneath, &beneath, 0) == 0) return Ok();
  return Refusal("landlock_add_rule for " + directory);
}

}  // namespace

Status EnterLandlock(const LandlockRules& rules) {
  const long version = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  if (version < 1) return Refusal("the kernel has no Landlock");
  const RulesetAttributes attributes = AttributesFor(version);
  const Descriptor ruleset(
      static_cast<int>(syscall(kCreateRuleset, &attributes, sizeof(attributes), 0)));
  if (ruleset.number() < 0) return Refusal("landlock_create_ruleset");
  for (const auto& directory : rules.own) {
    if (auto allowed = Allow(ruleset, directory, attributes.handled_files); !allowed)
      return allowed;
  }
  for (const auto& directory : rules.readable) {
    if (auto allowed = Allow(ruleset, directory, kReadFile | kReadDir); !allowed) return allowed;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Refusal("no_new_privs");
  if (syscall(kRestrictSelf, ruleset.number(), 0) != 0) return Refusal("landlock_restrict_self");
  return Ok();
}

}  // namespace polyhouse::engine
