#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// A log as eth_getLogs gives it. The texts are the parser's, as it says.
struct ChainLog {
  std::uint64_t block_number = 0;
  std::uint32_t log_index = 0;
  std::optional<std::uint64_t> block_time;  ///< Seconds since 1970; not every node says it.
  std::string_view block_hash;
  std::string_view transaction_hash;
  std::string_view address;
  std::array<std::string_view, 4> topics;  ///< Empty where there are fewer.
  std::string_view data;
};

/// What is needed of a block.
struct ChainBlock {
  std::uint64_t number = 0;
  std::uint64_t time = 0;  ///< Seconds since 1970.
  std::string hash;
  std::string parent_hash;

  bool operator==(const ChainBlock&) const = default;
};

/// Texts of a batch's answers, by the ids of the questions; the parser's, as it says.
struct ChainTexts {
  /// Empty where the answer is an error, no text, not there or there twice.
  std::vector<std::optional<std::string_view>> texts;
  Status problem = Ok();  ///< What was wrong with the first that was wrong.
};

/// Reads answers of Ethereum's JSON-RPC (ethereum.github.io/execution-apis). Errors, which come in
/// answers of status 200 too: kTransient for what is no such answer and for what the node cannot do
/// just now; with Error::too_much where fewer blocks at once may do (refused ranges, too many
/// results, pruned history), in each provider's words. Texts of an answer are valid until the
/// parser reads the next one, and so are the logs. Not thread-safe.
class ChainAnswerParser {
 public:
  ChainAnswerParser();
  ~ChainAnswerParser();

  /// A number, such as that of the newest block.
  Result<std::uint64_t> Quantity(std::string& body);
  /// The logs in the order in which they are on the chain; logs that a reorganisation has taken
  /// back are left out.
  Result<std::span<const ChainLog>> Logs(std::string& body);
  /// A block, or those of a batch whose ids are 0 to `count` - 1, in their order; empty where the
  /// node has none.
  Result<std::vector<std::optional<ChainBlock>>> Headers(std::string& body, std::size_t count);
  /// What was answered to each of `count` questions for a text, of which some may have failed. A
  /// batch that was refused as a whole is an error, with Error::too_much.
  Result<ChainTexts> Texts(std::string& body, std::size_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How many bytes of code a result of eth_getCode holds; empty when it is no such result.
std::optional<std::uint32_t> ReadCodeSize(std::string_view text);
/// The number that a text such as "0x1b4" stands for; empty when it is none.
std::optional<std::uint64_t> ReadChainNumber(std::string_view text);

/// The error that a node has answered with, as ChainAnswerParser gives it.
Error ChainErrorOf(std::int64_t code, std::string_view message);

}  // namespace polyhouse
