#include "fault_plan.h"

#include <array>
#include <charconv>

#include "dice.h"

namespace polyhouse {
namespace {

struct FaultRow {
  FaultKind kind;
  std::string_view name;
  bool in_page;
  std::string_view help;
};

constexpr std::array kFaultRows{
    FaultRow{FaultKind::k429, "429", false, "too many requests, no Retry-After"},
    FaultRow{
        FaultKind::k429RetryAfter, "429ra", false, "too many requests, Retry-After in seconds"},
    FaultRow{
        FaultKind::k429RetryDate, "429date", false, "too many requests, Retry-After as a date"},
    FaultRow{FaultKind::k500, "500", false, "internal error"},
    FaultRow{FaultKind::k503, "503", false, "service unavailable"},
    FaultRow{FaultKind::k403, "403", false, "blocked, an HTML page"},
    FaultRow{FaultKind::kTruncate,
             "truncate",
             false,
             "half a body: by turns shorter than announced and announced short"},
    FaultRow{FaultKind::kStall, "stall", false, "half a body, then silence"},
    FaultRow{FaultKind::kReset, "reset", false, "connection reset"},
    FaultRow{FaultKind::kError200, "error200", false, "\"Too Many Requests\" with status 200"},
    FaultRow{
        FaultKind::kErrorObject200, "errorobject200", false, "an error object with status 200"},
    FaultRow{FaultKind::kEmpty, "empty", true, "no rows and no cursor"},
    FaultRow{FaultKind::kStuck, "stuck", true, "the cursor of the request again"},
    FaultRow{FaultKind::kRepeat, "repeat", true, "the rows of the page before"},
    FaultRow{FaultKind::kHtml200, "html200", false, "an HTML page with status 200"},
    FaultRow{FaultKind::kSlow, "slow", false, "the body over one second"},
    FaultRow{FaultKind::kBadRecord,
             "bad_record",
             true,
             "one record that cannot be read: no object, or without an id"},
    FaultRow{FaultKind::kDuplicate, "duplicate", true, "one record twice"},
    FaultRow{FaultKind::kHuge, "huge", true, "one record with a description of 10 MB"},
    FaultRow{FaultKind::kUnknownField, "unknown_field", true, "new keys in all records"},
    FaultRow{FaultKind::kMove, "move", true, "one market closes after the page"}};

const FaultRow& RowOf(FaultKind kind) {
  return kFaultRows[static_cast<std::size_t>(kind)];
}

std::string Names() {
  std::string names;
  for (const FaultRow& row : kFaultRows) (names += names.empty() ? "" : ", ") += row.name;
  return names;
}

Result<FaultKind> ParseName(std::string_view name) {
  for (const FaultRow& row : kFaultRows) {
    if (row.name == name) return row.kind;
  }
  return ConfigError("Unknown fault \"" + std::string(name) + "\"; valid are " + Names() + ".");
}

Result<double> ParseProbability(std::string_view name, std::string_view text) {
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
    return ConfigError("The probability of fault \"" + std::string(name) +
                       "\" must be a number from 0 to 1, as in 429=0.05; valid faults are " +
                       Names() + ".");
  }
  return value;
}

}  // namespace

std::string_view ToString(FaultKind kind) {
  return RowOf(kind).name;
}

bool IsPageFault(FaultKind kind) {
  return RowOf(kind).in_page;
}

bool IsRecordFault(FaultKind kind) {
  return kind == FaultKind::kBadRecord || kind == FaultKind::kDuplicate ||
         kind == FaultKind::kHuge || kind == FaultKind::kUnknownField;
}

Result<FaultPlan> FaultPlan::Parse(std::string_view spec, std::uint64_t seed) {
  FaultPlan plan;
  plan.seed_ = seed;
  double total = 0;
  while (!spec.empty()) {
    const std::string_view part = spec.substr(0, spec.find(','));
    spec.remove_prefix(std::min(part.size() + 1, spec.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const Result<FaultKind> kind = ParseName(part.substr(0, equals));
    if (!kind) return kind.error();
    const Result<double> probability =
        ParseProbability(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())));
    if (!probability) return probability.error();
    total += *probability;
    plan.chances_.push_back({*kind, *probability});
  }
  if (total > 1 + 1e-9) {
    return ConfigError(
        "The probabilities of all faults together must not exceed 1: a request meets one at most.");
  }
  return plan;
}

std::optional<Fault> FaultPlan::Next() {
  const std::uint64_t bits = Draw(seed_, ++requests_);
  double left = Unit(bits);
  for (const Chance& chance : chances_) {
    left -= chance.probability;
    if (left < 0) return Fault{chance.kind, Mix(bits)};
  }
  return std::nullopt;
}

std::string FaultHelp() {
  std::string help;
  for (const FaultRow& row : kFaultRows) {
    (help += help.empty() ? "" : "; ") += row.name;
    (help += " = ") += row.help;
  }
  return help;
}

}  // namespace polyhouse
