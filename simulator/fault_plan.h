#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// The ways to misbehave. What each does is said in FaultRows, once.
enum class FaultKind : std::uint8_t {
  k429,
  k429RetryAfter,
  k429RetryDate,
  k500,
  k503,
  k403,
  kTruncate,
  kStall,
  kReset,
  kError200,
  kErrorObject200,
  kEmpty,
  kStuck,
  kRepeat,
  kHtml200,
  kSlow,
  kBadRecord,
  kDuplicate,
  kHuge,
  kUnknownField,
  kMove,
};

/// The fault's name in a spec, such as "429ra".
std::string_view ToString(FaultKind kind);

/// True for faults inside a page that is otherwise good; the others replace or maim the whole
/// response.
bool IsPageFault(FaultKind kind);

/// True for page faults that change how records are written.
bool IsRecordFault(FaultKind kind);

/// One misbehaviour, with bits of its own to choose the victim by.
struct Fault {
  FaultKind kind;
  std::uint64_t bits = 0;
};

/// Which request meets which fault: a sequence that depends on the seed and the number of the
/// request alone.
class FaultPlan final {
 public:
  FaultPlan() = default;
  /// Reads `name=probability,name=probability`; empty means none. kConfig names what is valid.
  static Result<FaultPlan> Parse(std::string_view spec, std::uint64_t seed);

  /// What happens to the next request; usually nothing.
  std::optional<Fault> Next();

 private:
  struct Chance {
    FaultKind kind;
    double probability;
  };

  std::vector<Chance> chances_;
  std::uint64_t seed_ = 0;
  std::uint64_t requests_ = 0;
};

/// "403, 429, …" with a short explanation each, for the command's help.
std::string FaultHelp();

}  // namespace polyhouse
