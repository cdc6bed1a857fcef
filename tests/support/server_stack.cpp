#include "support/server_stack.h"

#include <stdexcept>

namespace polyhouse {

namespace {

std::vector<std::string> WithAppendOnly(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--appendonly", "yes"});
  return arguments;
}

}  // namespace

ServerStack::ServerStack(const std::vector<std::string>& simulator_arguments,
                         const std::vector<std::string>& redis_arguments)
    : redis_(WithAppendOnly(redis_arguments)),
      simulator_(simulator_arguments),
      polyhouse_(dir_ / "unused",
                 simulator_.url(),
                 {"--redis-url=" + redis_url(), "--clickhouse-url=" + engine_.url()}) {
  const RunResult schema = polyhouse_.Run({"schema", "apply"});
  if (schema.exit_code != 0) throw std::runtime_error("schema apply failed: " + schema.err);
}

std::string ServerStack::redis_url() const {
  return "redis://127.0.0.1:" + std::to_string(redis_.port());
}

void ServerStack::UseRedis(const std::string& url) {
  polyhouse_ = Polyhouse(dir_ / "unused",
                         simulator_.url(),
                         {"--redis-url=" + url, "--clickhouse-url=" + engine_.url()});
}

std::vector<std::string> ServerStack::environment() const {
  return {"REDIS_URL=" + redis_url(),
          "CLICKHOUSE_URL=" + engine_.url(),
          "POLYMARKET_GAMMA_URL=" + simulator_.url()};
}

bool ServerStack::IsDrained() const {
  const std::string status = polyhouse_.Run({"status", "--json"}).out;
  const auto has = [&](const char* text) { return status.find(text) != std::string::npos; };
  return has(R"("ingester":"markets","records_read":)") && !has("not started") &&
         !has("reading, ") && has(R"("stream":"stream:markets","length":0)") &&
         has(R"("stream":"stream:polymarket_events","length":0)");
}

}  // namespace polyhouse
