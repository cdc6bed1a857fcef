#include "app/doctor/stream_checks.h"

#include <algorithm>
#include <filesystem>

#include "adapters/redis/redis_server_check.h"
#include "app/condition.h"
#include "app/doctor/judgements.h"
#include "app/redis_streams.h"
#include "app/status_facts.h"
#include "app/vital_signs.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kToConnect{2'000};
constexpr std::chrono::milliseconds kToAnswer{3'000};
constexpr const char* kClusterFix =
    "See redis-cli CLUSTER INFO and CLUSTER NODES, and start the nodes that are away.";

std::string Joined(const std::vector<std::string>& texts, const char* between) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : between) + text;
  return joined;
}

Checkup OfComplaint(Checkup good, const RedisComplaint& complaint, Verdict verdict) {
  if (complaint.empty()) return good;
  return {std::move(good.name), verdict, complaint.found, complaint.fix + "."};
}

/// "127.0.0.1:6379", all of them.
std::string PlacesOf(const RedisOptions& options) {
  std::vector<std::string> places;
  for (const RedisEndpoint& endpoint : options.endpoints) {
    places.push_back(endpoint.host + ":" + std::to_string(endpoint.port));
  }
  return Joined(places, ", ");
}

/// That its URL says what it is, and that all of it answers.
Checkups CheckCluster(const RedisOptions& options, const RedisLook& look) {
  const std::string name = "redis cluster";
  if (look.cluster_state.empty()) return {};
  if (options.kind != RedisKind::kCluster) {
    return {Failed(name,
                   "it is a node of a cluster, and the URL is that of a single server",
                   "Write redis+cluster://host:port,host:port in redis_url, and a hash tag such as "
                   "{pm}: in redis.prefix.")};
  }
  if (look.cluster_state == "ok") return {Passed(name, "all slots are served")};
  return {Failed(name, "cluster_state is " + look.cluster_state, kClusterFix)};
}

Checkups CheckCanary(const StatusFacts& facts) {
  const std::string name = "canary";
  Checkups checkups;
  for (const Problem& broken : BrokenAssumptions(facts)) {
    checkups.push_back(Warned(name, broken.title, broken.advice));
  }
  if (checkups.empty()) checkups.push_back(Passed(name, "has found nothing otherwise than known"));
  return checkups;
}

/// Whether a problem is one of these, which are told elsewhere.
bool IsAmong(const std::vector<Problem>& problems, const Problem& problem) {
  return std::any_of(problems.begin(), problems.end(), [&](const Problem& each) {
    return each.title == problem.title;
  });
}

/// What is wrong with those who work, while anybody does.
Checkups CheckRoles(const StatusFacts& facts, const Environment& environment) {
  const std::string name = "roles";
  const auto alive = std::count_if(facts.roles.begin(), facts.roles.end(), &IsAlive);
  if (alive == 0) return {Passed(name, "nothing runs here now")};
  const auto broken = BrokenAssumptions(facts);
  const auto condition = ConditionOf(facts, environment.config, environment.clock.Now());
  Checkups checkups;
  for (const Problem& problem : condition.problems) {
    // What has just been started has not come so far.
    if (IsAmong(broken, problem) || problem.title.ends_with("has ended yet.")) continue;
    const bool sends_here = problem.advice.find("polyhouse doctor") != std::string::npos;
    checkups.push_back(
        {name,
         problem.level == Problem::Level::kBad ? Verdict::kFail : Verdict::kWarn,
         problem.title,
         sends_here ? "See what else is said here, and the log of that process." : problem.advice});
  }
  if (checkups.empty())
    checkups.push_back(Passed(name, std::to_string(alive) + " live and keep up"));
  return checkups;
}

Checkup CheckContents(const StatusFacts& facts) {
  std::uint64_t waiting = 0;
  std::uint64_t letters = 0;
  for (const StreamOverview& stream : facts.streams) {
    waiting += stream.behind;
    letters += stream.dead_letters;
  }
  return Passed("streams",
                std::to_string(facts.streams.size()) + ", " + std::to_string(waiting) +
                    " entries wait to be stored, " + std::to_string(letters) + " dead letters");
}

}  // namespace

Checkups CheckRedis(const Environment& environment) {
  const std::string name = "redis";
  auto options = RedisOptionsOf(environment.config);
  // The settings' check has said so.
  if (!options) return {};
  options->connect_timeout = kToConnect;
  options->command_timeout = kToAnswer;
  const auto look = LookAtRedisServer(*options);
  if (!look) {
    const bool is_down = look.error().message.find("CLUSTERDOWN") != std::string::npos;
    const char* const fix =
        is_down ? kClusterFix
                : "Start it, or correct redis_url (REDIS_URL), its user and password.";
    return {FailedBy(name, look.error(), fix)};
  }
  const auto now = environment.clock.Now();
  Checkups checkups;
  checkups.push_back(OfComplaint(
      Passed(name, look->version + " at " + PlacesOf(*options)), look->too_old, Verdict::kFail));
  checkups.push_back(OfComplaint(Passed("redis policy", look->policy),
                                 look->evicts,
                                 look->policy.empty() ? Verdict::kWarn : Verdict::kFail));
  checkups.push_back(
      OfComplaint(Passed("redis persistence", look->persistence), look->may_lose, Verdict::kWarn));
  if (!look->cannot_save.empty()) {
    checkups.push_back(
        OfComplaint(Passed("redis persistence", ""), look->cannot_save, Verdict::kFail));
  }
  checkups.push_back(JudgeRedisMemory(look->used_memory, look->most_memory, look->machine_memory));
  if (look->time != Timestamp()) {
    checkups.push_back(JudgeClock("redis clock", "its", look->time - now));
  }
  for (Checkup& checkup : CheckCluster(*options, *look)) checkups.push_back(std::move(checkup));
  return checkups;
}

Checkups CheckStreams(const Environment& environment, const std::stop_token& stop) {
  const std::string name = "streams";
  if (!HasRedis(environment.config)) {
    std::error_code ignored;
    if (!environment.dir || !std::filesystem::exists(environment.dir->streams_file(), ignored)) {
      return {Passed(name, "none yet: polyhouse up makes them")};
    }
  }
  const auto facts = GatherStreams(environment, stop);
  if (!facts) {
    return {FailedBy(name,
                     facts.error(),
                     HasRedis(environment.config)
                         ? "See what is said of redis; polyhouse status asks the same."
                         : "Stop polyhouse, and move streams.db aside with its -wal and -shm: what "
                           "is not in the tables is read again from the API.")};
  }
  Checkups checkups = {CheckContents(*facts)};
  for (Checkup& checkup : CheckRoles(*facts, environment)) checkups.push_back(std::move(checkup));
  for (Checkup& checkup : CheckCanary(*facts)) checkups.push_back(std::move(checkup));
  return checkups;
}

}  // namespace polyhouse
