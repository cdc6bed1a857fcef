#include "chain_client.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <sstream>

#include "json_scan.h"

namespace polyhouse {
namespace {

std::string TextAt(std::string_view json, std::string_view key) {
  return Unquoted(std::string(FindField(json, key).value_or("")));
}

SentLog ReadLog(std::string_view json) {
  SentLog log;
  log.raw = json;
  log.address = TextAt(json, "address");
  for (const std::string_view topic : ElementsOf(FindField(json, "topics").value_or(""))) {
    log.topics.push_back(Unquoted(std::string(topic)));
  }
  const std::string data = TextAt(json, "data");
  for (std::size_t at = 2; at + 64 <= data.size(); at += 64)
    log.data.push_back(data.substr(at, 64));
  log.block = FromHex(TextAt(json, "blockNumber"));
  log.block_hash = TextAt(json, "blockHash");
  log.transaction = TextAt(json, "transactionHash");
  log.index = FromHex(TextAt(json, "logIndex"));
  if (FindField(json, "blockTimestamp")) log.time = FromHex(TextAt(json, "blockTimestamp"));
  return log;
}

}  // namespace

std::string ChainClient::Ask(const std::string& method, const std::string& params) const {
  return simulator_
      .Post(path_,
            R"({"jsonrpc":"2.0","id":7,"method":")" + method + R"(","params":)" + params + "}")
      .body;
}

std::string ChainClient::Result(const std::string& method, const std::string& params) const {
  const std::string answer = Ask(method, params);
  const auto result = FindField(answer, "result");
  EXPECT_TRUE(result.has_value()) << method << params << ": " << answer.substr(0, 300);
  return std::string(result.value_or(""));
}

std::string ChainClient::Error(const std::string& method,
                               const std::string& params,
                               int* code) const {
  const std::string answer = Ask(method, params);
  const std::string_view error = FindField(answer, "error").value_or("");
  if (error.empty()) return {};
  if (code) *code = std::stoi(std::string(FindField(error, "code").value_or("0")));
  return TextAt(error, "message");
}

std::uint64_t ChainClient::Head() const {
  return FromHex(Unquoted(Result("eth_blockNumber")));
}

std::vector<SentLog> ChainClient::Logs(std::uint64_t from,
                                       std::uint64_t to,
                                       const std::string& filter) const {
  const std::string answer = Result("eth_getLogs", LogParams(from, to, filter));
  std::vector<SentLog> logs;
  for (const std::string_view log : ElementsOf(answer)) logs.push_back(ReadLog(log));
  return logs;
}

std::uint64_t FromHex(const std::string& hex) {
  return std::stoull(hex, nullptr, 16);
}

std::string ToHex(std::uint64_t number) {
  std::ostringstream out;
  out << "0x" << std::hex << number;
  return out.str();
}

std::string DecimalOf(const std::string& digits) {
  std::string decimal = "0";  // the last digit first
  for (const char digit : digits) {
    int carry = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    for (char& c : decimal) {
      carry += (c - '0') * 16;
      c = static_cast<char>('0' + carry % 10);
      carry /= 10;
    }
    for (; carry > 0; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
  }
  std::ranges::reverse(decimal);
  return decimal;
}

std::string AddressOfTopic(const std::string& topic) {
  return "0x" + topic.substr(26);
}

std::string LogParams(std::uint64_t from, std::uint64_t to, const std::string& filter) {
  return R"([{"fromBlock":")" + ToHex(from) + R"(","toBlock":")" + ToHex(to) + "\"" +
         (filter.empty() ? "" : ",") + filter + "}]";
}

std::vector<TruthRow> TruthOf(const SimulatorProcess& simulator, const std::string& query) {
  std::vector<TruthRow> rows;
  for (const std::string& line : LinesOf(simulator.Get("/simulator/fills" + query).body)) {
    TruthRow& row = rows.emplace_back();
    for (const JsonField& field : FieldsOf(line)) {
      const std::string value(field.value);
      row[std::string(field.key)] = value.starts_with('"') ? Unquoted(value) : value;
    }
  }
  return rows;
}

}  // namespace polyhouse
