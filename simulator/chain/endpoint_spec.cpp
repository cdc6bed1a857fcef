#include "chain/endpoint_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/number_text.h"
#include "base/split.h"

namespace polyhouse {
namespace {

/// The faults that make sense for a JSON-RPC endpoint.
constexpr std::array<std::string_view, 14> kFaultNames{"429",
                                                       "429ra",
                                                       "429date",
                                                       "500",
                                                       "503",
                                                       "403",
                                                       "truncate",
                                                       "stall",
                                                       "reset",
                                                       "error200",
                                                       "errorobject200",
                                                       "html200",
                                                       "slow",
                                                       "empty"};

constexpr std::array kKeys{
    std::pair{"lag=K", "its head is K blocks behind"},
    std::pair{"back=K", "its head goes back by K blocks now and then"},
    std::pair{"lie=K", "it says a head K blocks further on than it has"},
    std::pair{"range=K", "at most K blocks in one eth_getLogs"},
    std::pair{"results=K", "at most K logs in one"},
    std::pair{"size=BYTES", "413 beyond so many bytes"},
    std::pair{"pruned=BLOCK", "older blocks are an error"},
    std::pair{"chain=N", "another chain id"},
    std::pair{"batch=off", "no arrays"},
    std::pair{"timestamp=off", "logs without blockTimestamp"},
    std::pair{"wording=I", "errors as one provider words them"},
    std::pair{"drop=P", "leaves out a share of the logs, always the same ones"},
    std::pair{"flaw=P",
              "a share of what is said of addresses is an error, null, odd, there twice or not at "
              "all"}};

Error Mistake(std::string_view part) {
  std::string valid;
  for (const auto& [key, help] : kKeys) (valid += key) += ", ";
  return ConfigError("Cannot use \"" + std::string(part) + "\" of an endpoint; valid are " + valid +
                     "and with a probability html, " + Join(kFaultNames, ", ") + ".");
}

/// Where the number of a key goes; null for keys without a plain number.
std::uint64_t* PlainNumber(EndpointSpec& spec, std::string_view key) {
  if (key == "lag") return &spec.lag;
  if (key == "back") return &spec.back;
  if (key == "lie") return &spec.lie;
  if (key == "pruned") return &spec.pruned;
  return key == "chain" ? &spec.chain : nullptr;
}

std::optional<std::uint64_t>* OptionalNumber(EndpointSpec& spec, std::string_view key) {
  if (key == "range") return &spec.range;
  if (key == "results") return &spec.results;
  if (key == "size") return &spec.size;
  return key == "wording" ? &spec.wording : nullptr;
}

bool* Switch(EndpointSpec& spec, std::string_view key) {
  if (key == "batch") return &spec.takes_batches;
  return key == "timestamp" ? &spec.has_timestamps : nullptr;
}

bool ReadShare(std::string_view text, double& share) {
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, share);
  return error == std::errc{} && read == end && share >= 0 && share <= 1;
}

/// Takes in one key that is no fault; false when the value is not one of its own.
bool Take(EndpointSpec& spec, std::string_view key, std::string_view value, bool& is_known) {
  is_known = true;
  if (std::uint64_t* number = PlainNumber(spec, key)) return ReadNumber(value, *number);
  if (std::optional<std::uint64_t>* number = OptionalNumber(spec, key)) {
    return ReadNumber(value, number->emplace());
  }
  if (bool* flag = Switch(spec, key)) {
    *flag = value == "on";
    return *flag || value == "off";
  }
  if (key == "drop") return ReadShare(value, spec.drop);
  if (key == "flaw") return ReadShare(value, spec.flaw);
  is_known = false;
  return true;
}

}  // namespace

Result<EndpointSpec> EndpointSpec::Parse(std::string_view text, std::uint64_t seed) {
  EndpointSpec spec;
  std::string faults;
  for (const std::string& part : Split(text, ',')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string_view key = std::string_view(part).substr(0, equals);
    const std::string_view value = std::string_view(part).substr(std::min(equals + 1, part.size()));
    bool is_known = false;
    if (!Take(spec, key, value, is_known)) return Mistake(part);
    if (is_known) continue;
    if (key == "html") key = "html200";
    if (std::ranges::find(kFaultNames, key) == kFaultNames.end()) return Mistake(part);
    faults.append(faults.empty() ? "" : ",").append(key).append("=").append(value);
  }
  Result<FaultPlan> plan = FaultPlan::Parse(faults, seed);
  if (!plan) return plan.error();
  spec.faults = *std::move(plan);
  return spec;
}

std::string EndpointSpecHelp() {
  std::string help;
  for (const auto& [key, meaning] : kKeys) ((help += key) += " = ").append(meaning) += "; ";
  return help + "and with a probability, as in --fault: html, " + Join(kFaultNames, ", ") +
         " (no logs)";
}

}  // namespace polyhouse
