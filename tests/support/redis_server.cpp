#include "support/redis_server.h"

#include <csignal>
#include <stdexcept>

#include "support/free_port.h"

namespace polyhouse {
namespace {

void Require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

std::string AskPort(std::uint16_t port, std::vector<std::string> command) {
  std::vector<std::string> line = {"redis-cli", "-p", std::to_string(port)};
  line.insert(line.end(), command.begin(), command.end());
  std::string answer = RunToEnd(std::move(line)).out;
  while (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

}  // namespace

bool HasRedis() {
  return RunToEnd({"sh", "-c", "command -v redis-server redis-cli redis-sentinel"}).exit_code == 0;
}

RedisServer::RedisServer(std::vector<std::string> arguments)
    : port_(FreePort()), arguments_(std::move(arguments)) {
  Start();
}

RedisServer::~RedisServer() = default;

RedisOptions RedisServer::options(const std::string& prefix) const {
  return {.endpoints = {endpoint()}, .key_prefix = prefix};
}

std::string RedisServer::Ask(std::vector<std::string> command) const {
  return AskPort(port_, std::move(command));
}

void RedisServer::Kill() {
  process_.reset();
}

void RedisServer::Start() {
  std::vector<std::string> line = {"redis-server",
                                   "--port",
                                   std::to_string(port_),
                                   "--bind",
                                   "127.0.0.1",
                                   "--dir",
                                   dir_.path(),
                                   "--save",
                                   "",
                                   "--maxmemory-policy",
                                   "noeviction"};
  line.insert(line.end(), arguments_.begin(), arguments_.end());
  process_ = std::make_unique<ChildProcess>(std::move(line));
  const bool ready = WaitUntil([this] { return Ask({"PING"}) == "PONG" || process_->HasEnded(); });
  Require(ready && !process_->HasEnded(), "redis-server did not start: " + process_->Stdout());
}

RedisCluster::RedisCluster() {
  std::vector<std::string> create = {"redis-cli", "--cluster", "create"};
  for (int i = 0; i < 3; ++i) {
    // Its second port is the first plus 10000 by default, which may not exist.
    nodes_.push_back(std::make_unique<RedisServer>(std::vector<std::string>{
        "--cluster-enabled", "yes", "--cluster-port", std::to_string(FreePort())}));
    create.push_back("127.0.0.1:" + std::to_string(nodes_.back()->port()));
  }
  create.emplace_back("--cluster-yes");
  const RunResult result = RunToEnd(create);
  Require(result.exit_code == 0, "no cluster: " + result.out + result.err);
  for (const auto& node : nodes_) {
    Require(WaitUntil([&] {
              return node->Ask({"CLUSTER", "INFO"}).find("cluster_state:ok") != std::string::npos;
            }),
            "the cluster does not come up");
  }
}

RedisOptions RedisCluster::options(const std::string& prefix) const {
  RedisOptions options{.kind = RedisKind::kCluster, .key_prefix = prefix};
  for (const auto& node : nodes_) options.endpoints.push_back(node->endpoint());
  return options;
}

RedisSentinelGroup::RedisSentinelGroup() : port_(FreePort()) {
  const std::vector<std::string> quick = {"--repl-diskless-sync-delay", "0"};
  servers_.push_back(std::make_unique<RedisServer>(quick));
  auto follow = quick;
  follow.insert(follow.end(), {"--replicaof", "127.0.0.1 " + std::to_string(master().port())});
  servers_.push_back(std::make_unique<RedisServer>(follow));
  WriteFile(dir_ / "sentinel.conf",
            "port " + std::to_string(port_) +
                "\nbind 127.0.0.1\n"
                "sentinel monitor pm 127.0.0.1 " +
                std::to_string(master().port()) +
                " 1\n"
                "sentinel down-after-milliseconds pm 500\n"
                "sentinel failover-timeout pm 2000\n");
  sentinel_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"redis-sentinel", dir_ / "sentinel.conf"});
  Require(WaitUntil([this] {
            return AskSentinel({"SENTINEL", "REPLICAS", "pm"}).find("master-link-status\nok") !=
                   std::string::npos;
          }),
          "the sentinel does not see the replica: " + sentinel_->Stdout());
}

RedisOptions RedisSentinelGroup::options(const std::string& prefix) const {
  return {.kind = RedisKind::kSentinel,
          .endpoints = {{"127.0.0.1", port_}},
          .service = "pm",
          .key_prefix = prefix};
}

std::string RedisSentinelGroup::AskSentinel(std::vector<std::string> command) const {
  return AskPort(port_, std::move(command));
}

}  // namespace polyhouse
