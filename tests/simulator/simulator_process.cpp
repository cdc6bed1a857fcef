#include "simulator_process.h"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <set>
#include <sstream>

namespace polyhouse {
namespace {

std::vector<std::string> Command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {POLYHOUSE_SIMULATOR};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::size_t AppendBody(char* data, std::size_t size, std::size_t count, void* reply) {
  static_cast<Reply*>(reply)->body.append(data, size * count);
  return size * count;
}

std::size_t AddHeader(char* data, std::size_t size, std::size_t count, void* reply) {
  std::string line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const std::size_t start = line.find_first_not_of(' ', colon + 1);
    static_cast<Reply*>(reply)->headers[name] =
        line.substr(start, line.find_last_not_of("\r\n") - start + 1);
  }
  return size * count;
}

}  // namespace

SimulatorProcess::SimulatorProcess(const std::vector<std::string>& arguments)
    : process_(Command(arguments)) {
  std::string line;
  WaitUntil([&] {
    line = process_.Stdout();
    return process_.HasEnded() || line.find('\n') != std::string::npos;
  });
  line = line.substr(0, line.find('\n'));
  const std::size_t http = line.find("http://127.0.0.1:");
  EXPECT_TRUE(line.starts_with("listening on http://127.0.0.1:")) << line << process_.Stderr();
  if (http != std::string::npos) url_ = line.substr(http);
}

Reply SimulatorProcess::Get(const std::string& target, long timeout_ms) const {
  return Perform({.method = "GET", .target = target, .timeout_ms = timeout_ms});
}

Reply SimulatorProcess::GetCompressed(const std::string& target) const {
  return Perform({.method = "GET", .target = target, .compressed = true});
}

Reply SimulatorProcess::Post(const std::string& target, const std::string& body) const {
  return Perform({.method = "POST", .target = target, .body = body});
}

std::vector<std::string> SimulatorProcess::Walk(const std::string& target,
                                                const std::string& key) const {
  std::vector<std::string> records;
  std::string cursor;
  std::set<std::string> cursors;
  do {
    const Reply reply = Get(target + (cursor.empty() ? "" : "&after_cursor=" + cursor));
    EXPECT_EQ(reply.status, 200) << reply.body;
    simdjson::dom::parser parser;
    simdjson::dom::element page;
    simdjson::dom::array rows;
    if (parser.parse(reply.body).get(page) != simdjson::SUCCESS ||
        page[key].get(rows) != simdjson::SUCCESS) {
      ADD_FAILURE() << "not a page: " << reply.body.substr(0, 200);
      break;
    }
    for (const simdjson::dom::element row : rows) records.push_back(simdjson::minify(row));
    std::string_view next;
    cursor = page["next_cursor"].get(next) == simdjson::SUCCESS ? std::string(next) : "";
    if (!cursors.insert(cursor).second) {
      ADD_FAILURE() << "the cursor " << cursor << " came twice";
      break;
    }
  } while (!cursor.empty());
  return records;
}

int SimulatorProcess::Stop() {
  process_.Signal(SIGTERM);
  return process_.Wait().exit_code;
}

Reply SimulatorProcess::Perform(const Ask& ask) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  Reply reply;
  const std::string url = url_ + ask.target;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, ask.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, ask.timeout_ms);
  if (!ask.body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, ask.body.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(ask.body.size()));
  }
  if (ask.compressed) curl_easy_setopt(curl.get(), CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &AppendBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &reply);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, &AddHeader);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &reply);
  reply.curl_code = curl_easy_perform(curl.get());
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply.status);
  return reply;
}

RunResult RunSimulator(const std::vector<std::string>& arguments) {
  return RunToEnd(Command(arguments));
}

std::string FieldOf(const std::string& json, const std::string& key) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  if (parser.parse(json)[key].get(value) != simdjson::SUCCESS) return {};
  return simdjson::minify(value);
}

std::string Unquoted(const std::string& json) {
  return json.size() < 2 ? json : json.substr(1, json.size() - 2);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

std::set<std::string> AsSet(const std::vector<std::string>& values) {
  return {values.begin(), values.end()};
}

}  // namespace polyhouse
