#include "codec/chain_answer.h"

#include <algorithm>

#include "base/lower_case.h"
#include "base/number_text.h"
#include "base/one_line.h"
#include "codec/json_values.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::document;
using simdjson::ondemand::object;

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

/// A text as it stands in the body. Hexadecimal text has nothing to escape, and with an escape it
/// would stand in the parser, where the next answer overwrites it.
bool ReadText(JsonValue& value, std::string_view& out) {
  std::string_view token = value.raw_json_token();
  token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return false;
  out = token.substr(1, token.size() - 2);
  return out.find('\\') == std::string_view::npos;
}

Status ReadQuantity(JsonValue value, std::uint64_t& out) {
  std::string_view text;
  if (const auto number = ReadText(value, text) ? ReadChainNumber(text) : std::nullopt) {
    out = *number;
    return Ok();
  }
  return MalformedError("expected a number such as \"0x1b4\"");
}

/// Seconds since 1970. What no row can hold, nodes do not say.
Status ReadTime(JsonValue value, std::uint64_t& out) {
  if (auto status = ReadQuantity(value, out); !status) return status;
  constexpr auto kEnd = std::chrono::floor<std::chrono::seconds>(kEndOfTime).time_since_epoch();
  if (out < static_cast<std::uint64_t>(kEnd.count())) return Ok();
  return MalformedError("a time after the year 2299");
}

Status ReadHex(JsonValue value, std::string_view& out) {
  if (ReadText(value, out) && out.starts_with("0x")) return Ok();
  return MalformedError("expected hexadecimal text");
}

Status ReadTopics(JsonValue value, std::array<std::string_view, 4>& topics) {
  array list;
  if (const auto code = value.get_array().get(list)) return JsonError(code);
  topics = {};
  std::size_t count = 0;
  for (auto element : list) {
    JsonValue topic;
    if (const auto code = element.get(topic)) return JsonError(code);
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
  auto status = ForEachField(log, [&](std::string_view name, JsonValue value) -> Status {
    if (name == "removed") {
      return value.get_bool().get(removed) == simdjson::SUCCESS ? Ok()
                                                                : MalformedError("expected a bool");
    }
    if (name == "blockTimestamp") {
      if (IsNull(value)) return Ok();
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

Status ReadHeader(JsonValue value, std::optional<ChainBlock>& out) {
  if (IsNull(value)) return Ok();
  object block;
  if (const auto code = value.get_object().get(block)) return JsonError(code);
  ChainBlock header;
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> time;
  const auto text = [&](JsonValue field, std::string& into) {
    std::string_view hex;
    auto status = ReadHex(field, hex);
    into = LowerCase(hex);
    return status;
  };
  auto status = ForEachField(block, [&](std::string_view name, JsonValue field) -> Status {
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

Status ReadError(JsonValue value) {
  object error;
  std::int64_t code_number = 0;
  std::string message;
  if (value.get_object().get(error) != simdjson::SUCCESS) {
    return TransientError("the node answered with an error");
  }
  JsonReader reader;
  auto status = ForEachField(error, [&](std::string_view name, JsonValue field) -> Status {
    if (name == "code" && field.get_int64().get(code_number) == simdjson::SUCCESS) return Ok();
    if (name == "message") return reader.Read(field, message);
    return Ok();
  });
  if (!status) return status;
  return ChainErrorOf(code_number, message);
}

/// Visits one answer: its result, or the error in its place.
template <class OnResult>
Status ReadAnswer(object answer, std::uint64_t& id, OnResult on_result) {
  bool found = false;
  Status failure = Ok();
  auto status = ForEachField(answer, [&](std::string_view name, JsonValue value) -> Status {
    if (name == "id") {
      if (value.get_uint64().get(id) != simdjson::SUCCESS) id = kNoId;
      return Ok();
    }
    if (name == "error") {
      if (!IsNull(value)) failure = ReadError(value);
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

  /// An error means that the whole body is none.
  Status Add(object answer) {
    std::uint64_t id = kNoId;
    std::string_view text;
    std::size_t results = 0;
    bool is_text = false;
    Status said = Ok();
    auto status = ForEachField(answer, [&](std::string_view name, JsonValue value) -> Status {
      if (name == "id") {
        if (value.get_uint64().get(id) != simdjson::SUCCESS) id = kNoId;
      } else if (name == "error") {
        if (!IsNull(value)) said = ReadError(value);
      } else if (name == "result") {
        ++results;
        is_text = ReadText(value, text);
      }
      return Ok();
    });
    if (!status) return status;
    if (said && results != 1) said = MalformedError("neither a result nor an error, or several");
    if (said && !is_text) said = MalformedError("a result that is no text");
    if (said && id >= is_answered_.size()) said = MalformedError("an answer to nothing");
    if (id < is_answered_.size()) Put(id, text, said);
    if (gathered_.problem) gathered_.problem = std::move(said);
    return Ok();
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
  simdjson::ondemand::parser parser;

  /// Opens the body; whatever is wrong with it is the node's passing fault.
  template <class Visit>
  Status Open(std::string& body, Visit visit) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    document text;
    Status status = Ok();
    if (const auto code = parser.iterate(body).get(text)) {
      status = JsonError(code);
    } else {
      status = visit(text);
      if (status && !IsAtEnd(text)) status = MalformedError("text after its end");
    }
    if (status || status.error().kind == ErrorKind::kTransient) return status;
    return ForeignAnswer("that of a node", status.error().message, body);
  }

  template <class OnResult>
  Status Single(std::string& body, OnResult on_result) {
    return Open(body, [&](document& text) -> Status {
      object answer;
      if (const auto code = text.get_object().get(answer)) return JsonError(code);
      std::uint64_t id = 0;
      return ReadAnswer(answer, id, on_result);
    });
  }
};

ChainAnswerParser::ChainAnswerParser() : state_(std::make_unique<State>()) {}
ChainAnswerParser::~ChainAnswerParser() = default;

Result<std::uint64_t> ChainAnswerParser::Quantity(std::string& body) {
  std::uint64_t number = 0;
  auto status = state_->Single(body, [&](JsonValue value) { return ReadQuantity(value, number); });
  if (!status) return std::move(status).error();
  return number;
}

Result<std::vector<ChainLog>> ChainAnswerParser::Logs(std::string& body) {
  // A log is of about this many bytes.
  constexpr std::size_t kLogBytes = 1'000;
  std::vector<ChainLog> logs;
  logs.reserve(body.size() / kLogBytes + 1);
  auto status = state_->Single(body, [&](JsonValue value) -> Status {
    array list;
    if (const auto code = value.get_array().get(list)) return JsonError(code);
    for (auto element : list) {
      object log;
      if (const auto code = element.get_object().get(log)) return JsonError(code);
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
  return logs;
}

Result<std::vector<std::optional<ChainBlock>>> ChainAnswerParser::Headers(std::string& body,
                                                                          std::size_t count) {
  std::vector<std::optional<ChainBlock>> headers(count);
  std::vector<bool> is_answered(count);
  const auto read_one = [&](object answer) -> Status {
    std::uint64_t id = 0;
    std::optional<ChainBlock> header;
    auto status =
        ReadAnswer(answer, id, [&](JsonValue value) { return ReadHeader(value, header); });
    if (!status) return status;
    if (id >= count) return MalformedError("an answer to nothing that was asked");
    if (is_answered[id]) return MalformedError("two answers to one question");
    is_answered[id] = true;
    headers[id] = std::move(header);
    return Ok();
  };
  auto status = state_->Open(body, [&](document& text) -> Status {
    simdjson::ondemand::json_type type{};
    if (const auto code = text.type().get(type)) return JsonError(code);
    if (type != simdjson::ondemand::json_type::array) {
      object answer;
      if (const auto code = text.get_object().get(answer)) return JsonError(code);
      // A batch that was refused as a whole, or the answer to a request of one.
      return read_one(answer);
    }
    array answers;
    if (const auto code = text.get_array().get(answers)) return JsonError(code);
    for (auto element : answers) {
      object answer;
      if (const auto code = element.get_object().get(answer)) return JsonError(code);
      if (auto read = read_one(answer); !read) return read;
    }
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
  auto status = state_->Open(body, [&](document& text) -> Status {
    simdjson::ondemand::json_type type{};
    if (const auto code = text.type().get(type)) return JsonError(code);
    if (type != simdjson::ondemand::json_type::array) {
      is_alone = true;
      object answer;
      if (const auto code = text.get_object().get(answer)) return JsonError(code);
      return gatherer.Add(answer);
    }
    array answers;
    if (const auto code = text.get_array().get(answers)) return JsonError(code);
    for (auto element : answers) {
      object answer;
      if (const auto code = element.get_object().get(answer)) return JsonError(code);
      if (auto added = gatherer.Add(answer); !added) return added;
    }
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
