// What a node answers to eth_blockNumber, eth_getLogs, eth_getBlockByNumber and eth_getCode: any
// text at all.

#include <algorithm>

#include "base/clock.h"
#include "base/lower_case.h"
#include "codec/chain_answer.h"
#include "codec/timestamp.h"
#include "fuzz/expectation.h"

namespace polyhouse {
namespace {

/// Whatever a node says, it may say something else when it is asked again.
template <class T>
void ExpectToBeTransient(const Result<T>& result) {
  Expect(result || result.error().kind == ErrorKind::kTransient, "a node's fault is transient");
}

void ExpectTime(std::uint64_t seconds) {
  const Timestamp time{std::chrono::seconds(seconds)};
  Expect(ParseApiTime(FormatTime(time)) == time, "a time can be written and read");
}

void ExpectToBeginAsHexadecimal(std::string_view text) {
  Expect(text.starts_with("0x"), "a log's text begins as hexadecimal ones do");
}

void ReadLogs(std::string body) {
  ChainAnswerParser parser;
  const auto logs = parser.Logs(body);
  ExpectToBeTransient(logs);
  if (!logs) return;
  for (const ChainLog& log : *logs) {
    for (const auto text : {log.transaction_hash, log.address, log.data}) {
      ExpectToBeginAsHexadecimal(text);
    }
    if (!log.block_hash.empty()) ExpectToBeginAsHexadecimal(log.block_hash);
    for (const std::string_view topic : log.topics) {
      if (!topic.empty()) ExpectToBeginAsHexadecimal(topic);
    }
    if (log.block_time) ExpectTime(*log.block_time);
  }
  const auto place = [](const ChainLog& log) { return std::pair(log.block_number, log.log_index); };
  Expect(std::is_sorted(logs->begin(),
                        logs->end(),
                        [&](const auto& a, const auto& b) { return place(a) < place(b); }),
         "logs are in the chain's order");
}

void ReadHeaders(std::string body, std::size_t count) {
  const std::string original = body;
  const bool is_batch = body.find_first_not_of(" \t\r\n") == body.find('[');
  ChainAnswerParser parser;
  const auto headers = parser.Headers(body, count);
  ExpectToBeTransient(headers);
  if (!headers) return;
  Expect(headers->size() == count, "there is a place for each block that was asked for");
  Expect(is_batch || count == 1, "one answer is no batch of several");
  for (const auto& header : *headers) {
    if (!header) continue;
    ExpectTime(header->time);
    for (const std::string& hash : {header->hash, header->parent_hash}) {
      Expect(hash.starts_with("0x") && hash == LowerCase(hash), "a hash is in lower case");
    }
  }
  std::string again = original;
  Expect(parser.Headers(again, count).value() == *headers, "an answer is read alike a second time");
}

void ReadTexts(std::string body, std::size_t count) {
  ChainAnswerParser parser;
  const auto texts = parser.Texts(body, count);
  ExpectToBeTransient(texts);
  if (!texts) return;
  Expect(texts->texts.size() == count, "there is a place for each question");
  for (const auto& text : texts->texts) {
    if (!text) continue;
    const auto size = ReadCodeSize(*text);
    Expect(!size || 2 * *size + 2 == text->size(), "code has two digits a byte");
  }
}

}  // namespace
}  // namespace polyhouse

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  std::string number = body;
  polyhouse::ExpectToBeTransient(polyhouse::ChainAnswerParser().Quantity(number));
  polyhouse::ReadLogs(body);
  polyhouse::ReadHeaders(body, 1);
  polyhouse::ReadHeaders(body, 2);
  polyhouse::ReadTexts(body, 1);
  polyhouse::ReadTexts(body, 2);
  return 0;
}
