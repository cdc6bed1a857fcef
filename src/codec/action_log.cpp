#include "codec/action_log.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/lower_case.h"
#include "codec/log_words.h"

namespace polyhouse {
namespace {

/// A log's data as words. What is not there is remembered, and makes the log malformed.
class LogData {
 public:
  explicit LogData(std::string_view data) : data_(data) {
    is_good_ = data.starts_with("0x") && (data.size() - 2) % kWordDigits == 0;
  }

  std::string Hash(std::size_t n) { return Checked(HashOf(Word(n))); }
  std::string Address(std::size_t n) { return Checked(AddressOf(Word(n))); }
  Uint256 Number(std::size_t n) {
    const auto word = Word(n);
    const auto number = word.empty() ? std::nullopt : ParseHex256(std::string_view(word).substr(2));
    is_good_ = is_good_ && number;
    return number.value_or(Uint256());
  }
  /// The list whose place the n-th word tells.
  std::vector<Uint256> Numbers(std::size_t n) {
    constexpr std::uint64_t kWordBytes = 32;
    std::vector<Uint256> numbers;
    const auto place = Number(n).ToUint64();
    is_good_ = is_good_ && place && *place % kWordBytes == 0 && *place <= data_.size();
    if (!is_good_) return numbers;
    const std::size_t at = *place / kWordBytes;
    const auto count = Number(at).ToUint64();
    is_good_ = is_good_ && count && *count <= data_.size() / kWordDigits;
    for (std::size_t i = 0; is_good_ && i < *count; ++i) numbers.push_back(Number(at + 1 + i));
    return numbers;
  }
  bool is_good() const { return is_good_; }

 private:
  /// "0x" and the n-th word; empty when there is none.
  std::string Word(std::size_t n) {
    const std::size_t begin = 2 + n * kWordDigits;
    if (begin + kWordDigits > data_.size()) {
      is_good_ = false;
      return {};
    }
    return "0x" + std::string(data_.substr(begin, kWordDigits));
  }
  std::string Checked(std::string text) {
    is_good_ = is_good_ && !text.empty();
    return text;
  }

  std::string_view data_;
  bool is_good_ = true;
};

/// As it is written where it means none.
std::string WithoutZero(std::string hash) {
  if (hash.find_first_not_of("0x") == std::string::npos) hash.clear();
  return hash;
}

/// Whose tokens they were.
void SetWallet(std::string_view topic, TokenAction& action) {
  action.wallet = AddressOf(topic);
  action.wallet_kind = WalletKindOf(action.wallet);
}

void ReadCondition(const ChainLog& log, LogData& data, TokenAction& action) {
  action.condition_id = HashOf(log.topics[1]);
  action.wallet = AddressOf(log.topics[2]);
  action.wallet_kind = "oracle";
  action.question_id = HashOf(log.topics[3]);
  action.amount = data.Number(0);
}

void ReadResolved(const ChainLog& log, LogData& data, TokenAction& action) {
  ReadCondition(log, data, action);
  action.amounts = data.Numbers(1);
}

void ReadSets(const ChainLog& log, LogData& data, TokenAction& action) {
  SetWallet(log.topics[1], action);
  action.parent_collection = WithoutZero(HashOf(log.topics[2]));
  action.condition_id = HashOf(log.topics[3]);
  action.collateral = data.Address(0);
  action.index_sets = data.Numbers(1);
  action.amount = data.Number(2);
}

void ReadRedeemed(const ChainLog& log, LogData& data, TokenAction& action) {
  SetWallet(log.topics[1], action);
  action.collateral = AddressOf(log.topics[2]);
  action.parent_collection = WithoutZero(HashOf(log.topics[3]));
  action.condition_id = data.Hash(0);
  // The contract takes any, any number of times; what counts is which.
  action.index_sets = data.Numbers(1);
  std::sort(action.index_sets.begin(), action.index_sets.end());
  action.index_sets.erase(std::unique(action.index_sets.begin(), action.index_sets.end()),
                          action.index_sets.end());
  action.amount = data.Number(2);
}

void ReadAdapterSets(const ChainLog& log, LogData& data, TokenAction& action) {
  SetWallet(log.topics[1], action);
  action.condition_id = HashOf(log.topics[2]);
  action.amount = data.Number(0);
}

void ReadAdapterRedeemed(const ChainLog& log, LogData& data, TokenAction& action) {
  SetWallet(log.topics[1], action);
  action.condition_id = HashOf(log.topics[2]);
  action.amounts = data.Numbers(0);
  action.amount = data.Number(1);
}

void ReadConverted(const ChainLog& log, LogData& data, TokenAction& action) {
  SetWallet(log.topics[1], action);
  action.neg_risk_market_id = HashOf(log.topics[2]);
  const auto questions =
      HashOf(log.topics[3]).empty() ? std::nullopt : ParseHex256(log.topics[3].substr(2));
  if (questions) action.index_sets = {*questions};
  action.amount = data.Number(0);
}

struct Layout {
  std::string_view topic;
  ActionContractKind kind;
  std::string_view action;
  void (*read)(const ChainLog&, LogData&, TokenAction&);
};

constexpr auto kConditional = ActionContractKind::kConditionalTokens;
constexpr auto kAdapter = ActionContractKind::kNegRiskAdapter;

constexpr std::array kLayouts = {
    Layout{kPreparedTopic, kConditional, "prepare", &ReadCondition},
    Layout{kResolvedTopic, kConditional, "resolve", &ReadResolved},
    Layout{kSplitTopic, kConditional, "split", &ReadSets},
    Layout{kMergedTopic, kConditional, "merge", &ReadSets},
    Layout{kRedeemedTopic, kConditional, "redeem", &ReadRedeemed},
    Layout{kAdapterSplitTopic, kAdapter, "split", &ReadAdapterSets},
    Layout{kAdapterMergedTopic, kAdapter, "merge", &ReadAdapterSets},
    Layout{kConvertedTopic, kAdapter, "convert", &ReadConverted},
    Layout{kAdapterRedeemedTopic, kAdapter, "redeem", &ReadAdapterRedeemed},
};

/// What each action must have; the rest may be empty.
bool IsWhole(const TokenAction& action) {
  const bool is_conversion = action.action == "convert";
  const std::string& subject = is_conversion ? action.neg_risk_market_id : action.condition_id;
  return !action.wallet.empty() && !subject.empty() &&
         (!is_conversion || !action.index_sets.empty());
}

}  // namespace

Result<TokenAction> ReadAction(const ChainLog& log, ActionContractKind kind) {
  const auto layout = std::find_if(kLayouts.begin(), kLayouts.end(), [&](const Layout& each) {
    return each.kind == kind && each.topic == log.topics[0];
  });
  if (layout == kLayouts.end()) return MalformedError("the event of another contract");
  TokenAction action{.block_number = log.block_number,
                     .transaction_hash = HashOf(log.transaction_hash),
                     .log_index = log.log_index,
                     .contract = LowerCase(log.address),
                     .action = std::string(layout->action)};
  LogData data(log.data);
  layout->read(log, data, action);
  if (action.transaction_hash.empty()) return MalformedError("a hash that is not of 32 bytes");
  if (!data.is_good()) return MalformedError("data that is not laid out as this event's");
  if (!IsWhole(action)) return MalformedError("a topic that is no address or no hash");
  return action;
}

Result<TokenTransfer> ReadTransfer(const ChainLog& log) {
  TokenTransfer transfer{.block_number = log.block_number,
                         .transaction_hash = HashOf(log.transaction_hash),
                         .log_index = log.log_index,
                         .by = AddressOf(log.topics[1]),
                         .from = AddressOf(log.topics[2]),
                         .to = AddressOf(log.topics[3])};
  const bool is_whole = !transfer.transaction_hash.empty() && !transfer.by.empty() &&
                        !transfer.from.empty() && !transfer.to.empty();
  if (!is_whole) return MalformedError("a transfer with a topic that is no address");
  return transfer;
}

}  // namespace polyhouse
