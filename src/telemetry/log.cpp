#include "telemetry/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "base/json_text.h"
#include "base/one_line.h"

namespace polyhouse::telemetry {
namespace {

constexpr std::size_t kKeptLines = 300;
/// Of them, each said differently.
constexpr std::size_t kToldLines = 50;
constexpr std::size_t kLongestKept = 400;
constexpr std::size_t kMostMessages = 500;

spdlog::level::level_enum SpdlogLevel(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string AsText(std::string_view message, const Facts& facts) {
  std::string line = OneLine(message);
  for (const auto& [name, value] : facts) {
    const std::string text = OneLine(value);
    const bool quoted = text.empty() || text.find_first_of(" \"=") != std::string::npos;
    line.append(" ").append(name).append("=");
    quoted ? AppendJsonString(line, text) : void(line.append(text));
  }
  return line;
}

/// What a line of text says and of what: all up to its second fact ("name=value"), without its
/// time. A line of JSON says something of its own.
std::string MessageOf(const std::string& line) {
  const auto time = line.find(' ');
  const auto first = line.find('=');
  if (line.starts_with('{') || time > first) return line;
  const auto second = first == std::string::npos ? first : line.find('=', first + 1);
  const auto end = second == std::string::npos ? second : line.rfind(' ', second);
  return line.substr(time, end == std::string::npos ? end : end - time);
}

std::string AsJson(std::string_view message, const Facts& facts) {
  std::string members = "\"message\":";
  AppendJsonString(members, message);
  for (const auto& [name, value] : facts) {
    AppendJsonString(members += ',', name);
    AppendJsonString(members += ':', value);
  }
  return members;
}

}  // namespace

struct Log::Sink {
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> kept =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(kKeptLines);
  spdlog::logger logger{
      "polyhouse",
      spdlog::sinks_init_list{std::make_shared<spdlog::sinks::stderr_sink_mt>(), kept}};
};

Log::Log(Level threshold, LogFormat format, std::chrono::milliseconds period)
    : format_(format), period_(period), sink_(std::make_unique<Sink>()) {
  const char* pattern = format == LogFormat::kJson
                            ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                            : "%Y-%m-%dT%H:%M:%S.%eZ %L %v";
  sink_->logger.set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  sink_->logger.set_level(SpdlogLevel(threshold));
  sink_->logger.flush_on(spdlog::level::trace);
}

Log::~Log() = default;

void Log::Write(Level level, std::string_view message, const Facts& facts) {
  if (!sink_->logger.should_log(SpdlogLevel(level))) return;
  const std::lock_guard lock(mutex_);
  std::uint64_t left_out = 0;
  // Whoever asks for details gets all of them.
  if (level != Level::kDebug && !Admit(message, left_out)) return;
  Facts all = facts;
  if (left_out > 0) all.emplace_back("left_out", std::to_string(left_out));
  const std::string line =
      format_ == LogFormat::kJson ? AsJson(message, all) : AsText(message, all);
  if (!status_line_.empty()) std::fputs("\r\033[K", stderr);
  // As an argument, so that braces in foreign text are not taken for a format.
  sink_->logger.log(SpdlogLevel(level), "{}", line);
  if (!status_line_.empty()) std::fputs(status_line_.c_str(), stderr);
}

bool Log::Admit(std::string_view message, std::uint64_t& left_out) {
  // Messages are a few; should they ever hold what differs, no memory is taken for each.
  if (repetitions_.size() >= kMostMessages) repetitions_.clear();
  Repetition& of = repetitions_[std::string(message)];
  if (of.written == 0 || SteadyNow() - of.since >= period_) {
    left_out = of.left_out;
    of = {SteadyNow()};
  }
  if (of.written >= kMostRepeated) {
    ++of.left_out;
    return false;
  }
  ++of.written;
  return true;
}

std::vector<std::string> Log::Tail() const {
  const std::vector<std::string> kept = sink_->kept->last_formatted();
  std::vector<std::string> lines;
  std::set<std::string> said;
  for (auto line = kept.rbegin(); line != kept.rend() && lines.size() < kToldLines; ++line) {
    if (said.insert(MessageOf(*line)).second) lines.push_back(OneLine(*line, kLongestKept));
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

void Log::RaiseThreshold(Level level) {
  sink_->logger.set_level(std::max(sink_->logger.level(), SpdlogLevel(level)));
}

void Log::SetStatusLine(std::string line) {
  const std::lock_guard lock(mutex_);
  if (status_line_.empty() && line.empty()) return;
  status_line_ = std::move(line);
  std::fputs(("\r\033[K" + status_line_).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace polyhouse::telemetry
