#include "engine_tables.h"

#include <stdexcept>

namespace polyhouse {

EngineTables::EngineTables(const std::vector<std::string>& schema) {
  std::vector<std::string> apply = {"schema", "apply"};
  apply.insert(apply.end(), schema.begin(), schema.end());
  Run(apply);
  engine_ = polyhouse_.HoldEngine();
}

void EngineTables::Execute(const std::string& sql) {
  if (const auto done = client_.Execute(sql, {}); !done) {
    throw std::runtime_error(done.error().message);
  }
}

std::string EngineTables::Fetch(const std::string& sql) {
  auto answer = client_.Fetch(sql, {});
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

void EngineTables::Run(const std::vector<std::string>& arguments) const {
  ChildProcess process(polyhouse_.Command(arguments));
  const ProcessEnd end = process.Wait(std::chrono::hours(1));
  if (end.exit_code != 0) throw std::runtime_error(arguments.front() + ": " + process.Stderr());
}

}  // namespace polyhouse
