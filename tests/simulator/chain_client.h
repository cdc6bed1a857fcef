#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulator_process.h"

namespace polyhouse {

/// The last block of a simulated chain at its start.
inline constexpr std::uint64_t kStartHead = 90'000'000;

/// One log as an endpoint sent it, numbers read.
struct SentLog {
  std::string raw;
  std::string address;
  std::vector<std::string> topics;
  std::vector<std::string> data;  ///< 64 hex digits each.
  std::uint64_t block = 0;
  std::uint64_t time = 0;  ///< 0: it says none.
  std::string block_hash;
  std::string transaction;
  std::uint64_t index = 0;
};

/// Asks one endpoint of a simulated chain.
class ChainClient final {
 public:
  explicit ChainClient(const SimulatorProcess& simulator, std::string path = "/rpc")
      : simulator_(simulator), path_(std::move(path)) {}

  /// The whole answer to one call.
  std::string Ask(const std::string& method, const std::string& params = "[]") const;
  /// The result alone, as compact JSON; fails the test on an error.
  std::string Result(const std::string& method, const std::string& params = "[]") const;
  /// The message of the error, empty when there is none; `code` receives its code.
  std::string Error(const std::string& method,
                    const std::string& params,
                    int* code = nullptr) const;
  std::uint64_t Head() const;
  /// The logs of a filter such as `"address":"0x…"` between two blocks.
  std::vector<SentLog> Logs(std::uint64_t from,
                            std::uint64_t to,
                            const std::string& filter = "") const;
  /// All logs of the chain.
  std::vector<SentLog> AllLogs() const { return Logs(0, kStartHead * 2); }

 private:
  const SimulatorProcess& simulator_;
  std::string path_;
};

/// `0x1f` as a number.
std::uint64_t FromHex(const std::string& hex);
std::string ToHex(std::uint64_t number);
/// 64 hex digits as a decimal number.
std::string DecimalOf(const std::string& digits);
/// The address in a topic of 32 bytes.
std::string AddressOfTopic(const std::string& topic);

/// What `eth_getLogs` between two blocks is asked with.
std::string LogParams(std::uint64_t from, std::uint64_t to, const std::string& filter = "");

/// One line of the truth, by name of its column; text without quotes.
using TruthRow = std::map<std::string, std::string>;
std::vector<TruthRow> TruthOf(const SimulatorProcess& simulator, const std::string& query = "");

}  // namespace polyhouse
