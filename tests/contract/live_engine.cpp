#include "contract/live_engine.h"

#include <csignal>
#include <stdexcept>

#include "support/polyhouse_program.h"

namespace polyhouse {

LiveEngine::LiveEngine() {
  Start("127.0.0.1:0");
}

void LiveEngine::Restart() {
  Start(url_.substr(std::string_view("http://").size()));
}

void LiveEngine::Start(const std::string& address) {
  process_ = std::make_unique<ChildProcess>(std::vector<std::string>{PolyhouseProgram(),
                                                                     "--data-dir",
                                                                     dir_.path(),
                                                                     "engine",
                                                                     "--listen",
                                                                     address,
                                                                     "--read-write"});
  constexpr std::string_view kAnnounced = " and on ";
  std::size_t at = std::string::npos;
  std::string text;
  WaitUntil([&] {
    text = process_->Stderr();
    at = text.find(kAnnounced);
    return process_->HasEnded() || (at != std::string::npos && text.ends_with(".\n"));
  });
  if (at == std::string::npos) throw std::runtime_error("the engine did not start: " + text);
  url_ = text.substr(at + kAnnounced.size());
  url_.resize(url_.find(' '));
}

void LiveEngine::ApplySchema(const std::string& database) const {
  const RunResult result = RunToEnd(
      {PolyhouseProgram(), "--data-dir", dir_.path(), "--database", database, "schema", "apply"});
  if (result.exit_code != 0) throw std::runtime_error("schema apply failed: " + result.err);
}

void LiveEngine::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
}

}  // namespace polyhouse
