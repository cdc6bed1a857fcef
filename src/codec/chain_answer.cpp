#include "codec/chain_answer.h"

#include <simdjson.h>

#include <algorithm>

#include "base/lower_case.h"
#include "base/number_text.h"
#include "base/one_line.h"
#include "codec/json_values.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

// Of logs, whose values are short and nearly all wanted, a tree is made and walked in less time
// than they are read one by one.
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// As much of a foreign body as a log line should hold.
constexpr std::size_t kShown = 120;

/// In the place of an id that is no number; errors may have null there.
constexpr std::uint64_t kNoId = UINT64_MAX;

/// What says that fewer blocks at once may be had, as providers of 2026 put it.
constexpr std::array<std::string_view, 14> kTooMuchWords = {
    "block range",
    "range limit",
    "blocks range",
    "range is too",
    "limited to",
    "limited by",
    "more than 10000 results",
    "query returned more",
    "response size",
    "too many",
    "too large",
    "timed out",
    "timeout",
    "pruned",
};

bool SaysTooMuch(std::string_view message) {
  const std::string text = LowerCase(message);
  return std::any_of(kTooMuchWords.begin(), kTooMuchWords.end(), [&](std::string_view words) {
    return text.find(words) != std::string::npos;
  });
}

/// Calls `read(name, value)` for each member until one fails, and the error then names it.
template <class Read>
Status ForEachMember(object members, Read read) {
  for (const auto [name, value] : members) {
    if (auto status = read(name, value); !status) {
      return std::move(status).error().WithContext("field " + std::string(name));
    }
  }
  return Ok();
}

Status ReadQuantity(element value, std::uint64_t& out) {
  std::string_view text;
  const bool is_text = value.get(text) == simdjson::SUCCESS;
  if (const auto number = is_text ? ReadChainNumber(text) : std::nullopt) {
    out = *number;
    return Ok();
  }
  return MalformedError("expected a number such as \"0x1b4\"");
}

/// Seconds since 1970. What no row can hold, nodes do not say.
Status ReadTime(element value, std::uint64_t& out) {
  if (auto status = ReadQuantity(value, out); !status) return status;
  constexpr auto kEnd = std::chrono::floor<std::chrono::seconds>(kEndOfTime).time_since_epoch();
  if (out < static_cast<std::uint64_t>(kEnd.count())) return Ok();
  return MalformedError("a time after the year 2299");
}

Status ReadHex(element value, std::string_view& out) {
  if (value.get(out) == simdjson::SUCCESS && out.starts_with("0x")) return Ok();
  return MalformedError("expected hexadecimal text");
}

Status ReadTopics(element value, std::array<std::string_view, 4>& topics) {
  array list;
  if (const auto code = value.get(list)) return JsonError(code);
  topics = {};
  std::size_t count = 0;
  for (const element topic : list) {
    if (count == topics.size()) return MalformedError("more than four topics");
    if (auto status = ReadHex(topic, topics[count++]); !status) return status;
  }
  return Ok();
}

/// A log; `removed` where a reorganisation has taken it back.
Status ReadLog(object log, ChainLog& out, bool& removed) {
  std::optional<std::uint64_t> block;
  std::optional<std::uint64_t> index;
  bool has_topics = false;
  auto status = ForEachMember(log, [&](std::string_view name, element value) -> Status {
    if (name == "removed") {
      return value.get(removed) == simdjson::SUCCESS ? Ok() : MalformedError("expected a bool");
    }
    if (name == "blockTimestamp") {
      if (value.is_null()) return Ok();
      return ReadTime(value, out.block_time.emplace());
    }
    if (name == "blockHash") return ReadHex(value, out.block_hash);
    if (name == "blockNumber") return ReadQuantity(value, block.emplace());
    if (name == "logIndex") return ReadQuantity(value, index.emplace());
    if (name == "transactionHash") return ReadHex(value, out.transaction_hash);
    if (name == "address") return ReadHex(value, out.address);
    if (name == "data") return ReadHex(value, out.data);
    if (name != "topics") return Ok();
    has_topics = true;
    return ReadTopics(value, out.topics);
  });
  if (!status) return status;
  const bool has_texts = !out.transaction_hash.empty() && !out.address.empty() && !out.data.empty();
  if (!block || !index || !has_topics || !has_texts) {
    return MalformedError("a log without its place, address, topics or data");
  }
  if (*index > UINT32_MAX) return MalformedError("a log's index of more than 32 bits");
  out.block_number = *block;
  out.log_index = static_cast<std::uint32_t>(*index);
  return Ok();
}

Status ReadHeader(element value, std::optional<ChainBlock>& out) {
  if (value.is_null()) return Ok();
  object block;
  if (const auto code = value.get(block)) return JsonError(code);
  ChainBlock header;
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> time;
  const auto text = [&](element field, std::string& into) {
    std::string_view hex;
    auto status = ReadHex(field, hex);
    into = LowerCase(hex);
    return status;
  };
  auto status = ForEachMember(block, [&](std::string_view name, element field) -> Status {
    if (name == "number") return ReadQuantity(field, number.emplace());
    if (name == "timestamp") return ReadTime(field, time.emplace());
    if (name == "hash") return text(field, header.hash);
    if (name == "parentHash") return text(field, header.parent_hash);
    return Ok();
  });
  if (!status) return status;
  if (!number || !time || header.hash.empty() || header.parent_hash.empty()) {
    return MalformedError("a block without number, time or hashes");
  }
  header.number = *number;
  header.time = *time;
  out = std::move(header);
  return Ok();
}

Status ReadError(element value) {
  object error;
  std::int64_t code_number = 0;
  std::string_view message;
  if (value.get(error) != simdjson::SUCCESS) {
    return TransientError("the node answered with an error");
  }
  for (const auto [name, field] : error) {
    if (name == "code" && field.get(code_number) != simdjson::SUCCESS) code_number = 0;
    if (name == "message" && field.get(message) != simdjson::SUCCESS) message = {};
  }
  return ChainErrorOf(code_number, message);
}

/// Visits one answer: its result, or the error in its place.
template <class OnResult>
Status ReadAnswer(object answer, std::uint64_t& id, OnResult on_result) {
  bool found = false;
  Status failure = Ok();
  auto status = ForEachMember(answer, [&](std::string_view name, element value) -> Status {
    if (name == "id") {
      if (value.get(id) != simdjson::SUCCESS) id = kNoId;
      return Ok();
    }
    if (name == "error") {
      if (!value.is_null()) failure = ReadError(value);
      return Ok();
    }
    if (name != "result") return Ok();
    if (found) return MalformedError("two results");
    found = true;
    return on_result(value);
  });
  if (!failure) return failure;
  if (!status) return status;
  return found ? Ok() : MalformedError("neither a result nor an error");
}

/// Puts answers of a batch where they belong. One that is at fault leaves its place empty, and
/// nothing else.
class TextGatherer {
 public:
  explicit TextGatherer(std::size_t count) : is_answered_(count) { gathered_.texts.resize(count); }

  void Add(object answer) {
    std::uint64_t id = kNoId;
    std::string_view text;
    std::size_t results = 0;
    bool is_text = false;
    Status said = Ok();
    for (const auto [name, value] : answer) {
      if (name == "id" && value.get(id) != simdjson::SUCCESS) id = kNoId;
      if (name == "error" && !value.is_null()) said = ReadError(value);
      if (name != "result") continue;
      ++results;
      is_text = value.get(text) == simdjson::SUCCESS;
    }
    if (said && results != 1) said = MalformedError("neither a result nor an error, or several");
    if (said && !is_text) said = MalformedError("a result that is no text");
    if (said && id >= is_answered_.size()) said = MalformedError("an answer to nothing");
    if (id < is_answered_.size()) Put(id, text, said);
    if (gathered_.problem) gathered_.problem = std::move(said);
  }
  ChainTexts Take() { return std::move(gathered_); }

 private:
  void Put(std::uint64_t id, std::string_view text, Status& said) {
    if (is_answered_[id]) said = MalformedError("two answers to one question");
    is_answered_[id] = true;
    gathered_.texts[id] = said ? std::optional(text) : std::nullopt;
  }

  std::vector<bool> is_answered_;
  ChainTexts gathered_;
};

}  // namespace

std::optional<std::uint32_t> ReadCodeSize(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
  if (!text.starts_with("0x") || text.size() % 2 != 0 || text.size() > UINT32_MAX) return {};
  if (text.substr(2).find_first_not_of(kHexDigits) != std::string_view::npos) return {};
  return static_cast<std::uint32_t>((text.size() - 2) / 2);
}

std::optional<std::uint64_t> ReadChainNumber(std::string_view text) {
  std::uint64_t number = 0;
  if (!text.starts_with("0x") || !ReadNumber(text.substr(2), number, 16)) return {};
  return number;
}

Error ChainErrorOf(std::int64_t code, std::string_view message) {
  Error error = TransientError("the node answered with error " + std::to_string(code) + ": " +
                               OneLine(message, kShown));
  error.too_much = SaysTooMuch(message);
  return error;
}

struct ChainAnswerParser::State {
  simdjson::dom::parser parser;
  std::vector<ChainLog> logs;

  /// Opens the body; whatever is wrong with it is the node's passing fault.
  template <class Visit>
  Status Open(std::string& body, Visit visit) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    element whole;
    Status status = Ok();
    if (const auto code = parser.parse(body).get(whole)) {
      status = JsonError(code);
    } else {
      status = visit(whole);
    }
    if (status || status.error().kind == ErrorKind::kTransient) return status;
    return ForeignAnswer("that of a node", status.error().message, body);
  }

  template <class OnResult>
  Status Single(std::string& body, OnResult on_result) {
    return Open(body, [&](element whole) -> Status {
      object answer;
      if (const auto code = whole.get(answer)) return JsonError(code);
      std::uint64_t id = 0;
      return ReadAnswer(answer, id, on_result);
    });
  }

  /// Visits the answers of a batch; one that stands alone, `is_alone`, is the answer to a request
  /// of one, or refuses the batch as a whole.
  template <class OnAnswer>
  Status Batch(std::string& body, bool& is_alone, OnAnswer on_answer) {
    return Open(body, [&](element whole) -> Status {
      object answer;
      is_alone = !whole.is_array();
      if (is_alone) {
        if (const auto code = whole.get(answer)) return JsonError(code);
        return on_answer(answer);
      }
      array answers;
      if (const auto code = whole.get(answers)) return JsonError(code);
      for (const element each : answers) {
        if (const auto code = each.get(answer)) return JsonError(code);
        if (auto status = on_answer(answer); !status) return status;
      }
      return Ok();
    });
  }
};

ChainAnswerParser::ChainAnswerParser() : state_(std::make_unique<State>()) {}
ChainAnswerParser::~ChainAnswerParser() = default;

Result<std::uint64_t> ChainAnswerParser::Quantity(std::string& body) {
  std::uint64_t number = 0;
  auto status = state_->Single(body, [&](element value) { return ReadQuantity(value, number); });
  if (!status) return std::move(status).error();
  return number;
}

Result<std::span<const ChainLog>> ChainAnswerParser::Logs(std::string& body) {
  std::vector<ChainLog>& logs = state_->logs;
  logs.clear();
  auto status = state_->Single(body, [&](element value) -> Status {
    array list;
    if (const auto code = value.get(list)) return JsonError(code);
    logs.reserve(list.size());
    for (const element each : list) {
      object log;
      if (const auto code = each.get(log)) return JsonError(code);
      bool removed = false;
      auto read = ReadLog(log, logs.emplace_back(), removed);
      if (!read) return read;
      if (removed) logs.pop_back();
    }
    return Ok();
  });
  if (!status) return std::move(status).error();
  const auto place = [](const ChainLog& log) { return std::pair(log.block_number, log.log_index); };
  const auto earlier = [&](const ChainLog& a, const ChainLog& b) { return place(a) < place(b); };
  if (!std::is_sorted(logs.begin(), logs.end(), earlier)) {
    std::sort(logs.begin(), logs.end(), earlier);
  }
  return std::span<const ChainLog>(logs);
}

Result<std::vector<std::optional<ChainBlock>>> ChainAnswerParser::Headers(std::string& body,
                                                                          std::size_t count) {
  std::vector<std::optional<ChainBlock>> headers(count);
  std::vector<bool> is_answered(count);
  bool is_alone = false;
  auto status = state_->Batch(body, is_alone, [&](object answer) -> Status {
    std::uint64_t id = 0;
    std::optional<ChainBlock> header;
    auto read = ReadAnswer(answer, id, [&](element value) { return ReadHeader(value, header); });
    if (!read) return read;
    if (id >= count) return MalformedError("an answer to nothing that was asked");
    if (is_answered[id]) return MalformedError("two answers to one question");
    is_answered[id] = true;
    headers[id] = std::move(header);
    return Ok();
  });
  if (!status) return std::move(status).error();
  if (std::find(is_answered.begin(), is_answered.end(), false) != is_answered.end()) {
    return ForeignAnswer("that of a node", "fewer answers than were asked for", body);
  }
  return headers;
}

Result<ChainTexts> ChainAnswerParser::Texts(std::string& body, std::size_t count) {
  TextGatherer gatherer(count);
  bool is_alone = false;
  auto status = state_->Batch(body, is_alone, [&](object answer) {
    gatherer.Add(answer);
    return Ok();
  });
  if (!status) return std::move(status).error();
  ChainTexts texts = gatherer.Take();
  if (!is_alone || count == 1) return texts;
  Error refused = texts.problem ? MalformedError("one answer to a batch") : texts.problem.error();
  refused.kind = ErrorKind::kTransient;
  refused.too_much = true;
  return refused;
}

}  // namespace polyhouse
