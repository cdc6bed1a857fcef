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
  const RunResult run = polyhouse_.Run(arguments);
  if (run.exit_code != 0) throw std::runtime_error(arguments.front() + ": " + run.err);
}

}  // namespace polyhouse
