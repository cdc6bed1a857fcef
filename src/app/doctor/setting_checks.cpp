#include "app/doctor/setting_checks.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "app/chain_access.h"
#include "app/ingested_listing.h"
#include "app/redis_streams.h"
#include "app/table_access.h"
#include "base/one_line.h"
#include "base/split.h"
#include "base/url.h"
#include "config/config_table.h"
#include "config/units.h"

namespace polyhouse {
namespace {

constexpr const char* kName = "settings";
void AddSecretsOfUrl(const std::string& url, bool is_of_node, std::vector<std::string>& secrets) {
  const auto parts = ParseUrl(url);
  if (!parts) return;
  if (!parts->password.empty()) {
    secrets.push_back(parts->password.Reveal());
    // As it is written there, which may be percent-encoded.
    const auto at = url.find('@');
    const auto colon = url.rfind(':', at);
    if (at != std::string::npos && colon != std::string::npos) {
      secrets.push_back(url.substr(colon + 1, at - colon - 1));
    }
  }
  // Of a node's URL all but the host may be a key.
  if (is_of_node && parts->path.size() > 1) secrets.push_back(parts->path);
  if (is_of_node && !parts->user.empty()) secrets.push_back(parts->user);
  if (!parts->query.empty()) secrets.push_back(parts->query);
}

std::vector<std::string> SecretsOf(const Config& config, const Setting& setting) {
  std::vector<std::string> secrets;
  if (const auto* url = std::get_if<SecretUrl>(&setting.value)) {
    for (const std::string& each : Split((config.*url->member).Reveal(), ',')) {
      AddSecretsOfUrl(each, false, secrets);
    }
  } else if (const auto* text = std::get_if<SecretText>(&setting.value)) {
    const std::string& secret = (config.*text->member).Reveal();
    if (text->member == &Config::rpc_url) {
      for (const std::string& each : Split(secret, ',')) AddSecretsOfUrl(each, true, secrets);
    } else if (!secret.empty()) {
      secrets.push_back(secret);
    }
  } else if (const auto* plain = std::get_if<Url>(&setting.value)) {
    AddSecretsOfUrl(config.*plain->member, false, secrets);
  }
  return secrets;
}

/// The keys of settings from one origin that hold secrets, separated by commas.
std::string SecretKeys(const LoadedConfig& settings, const std::string& origin) {
  std::string keys;
  for (const Setting& setting : ConfigTable()) {
    const std::string key(setting.key);
    if (settings.origins.at(key) != origin) continue;
    if (SecretsOf(settings.config, setting).empty()) continue;
    keys += (keys.empty() ? "" : ", ") + key;
  }
  return keys;
}

/// Collects what does not work together.
class Conflicts {
 public:
  void Refuse(std::string found, std::string fix) {
    checkups_.push_back(Failed(kName, std::move(found), std::move(fix)));
  }
  void Warn(std::string found, std::string fix) {
    checkups_.push_back(Warned(kName, std::move(found), std::move(fix)));
  }
  /// Of what elsewhere refuses with a sentence.
  void Take(const Status& status, const std::string& fix) {
    if (!status) checkups_.push_back(FailedBy(kName, status.error(), fix));
  }
  Checkups TakeAll() { return std::move(checkups_); }

 private:
  Checkups checkups_;
};

void CheckChain(const Config& config, Conflicts& conflicts) {
  for (const auto& [on, key] : {std::pair(config.actions_enabled, "actions.enabled"),
                                std::pair(config.addresses_enabled, "addresses.enabled")}) {
    if (!on || HasChain(config)) continue;
    conflicts.Refuse(std::string(key) + " is on, and no node of the chain is named",
                     "Name nodes with --rpc-url, or set " + std::string(key) + "=false.");
  }
  const std::string fix = "Correct the setting; polyhouse config sample shows what is valid.";
  const auto exchanges = ExchangesOf(config);
  if (!exchanges) return conflicts.Take(exchanges.error(), fix);
  const auto wanted = WantedPlacesOf(config, *exchanges);
  if (!wanted) return conflicts.Take(wanted.error(), fix);
  // Blocks with blocks, dates with dates; how long ago runs the other way.
  if (!wanted->to || wanted->to->index() != wanted->from.index()) return;
  const bool is_age = std::holds_alternative<std::chrono::milliseconds>(wanted->from);
  const bool is_empty = is_age ? *wanted->to > wanted->from : *wanted->to < wanted->from;
  if (is_empty) {
    conflicts.Refuse("fills.to (" + config.fills_to + ") is before fills.from (" +
                         config.fills_from + "): no fills are wanted",
                     "Exchange the two, or leave fills.to out.");
  }
}

void CheckServers(const Environment& environment, Conflicts& conflicts) {
  const Config& config = environment.config;
  const std::string fix = "Correct the setting; docs/config.md says what is valid.";
  if (HasRedis(config)) {
    const auto redis = RedisOptionsOf(config);
    if (!redis) conflicts.Take(redis.error(), fix);
  }
  conflicts.Take(CheckSqlListen(config), "Leave sql_listen out.");
  if (!config.redis_url.empty() && !config.redis_host.empty()) {
    conflicts.Warn("redis_url and redis.host are both set; redis_url counts",
                   "Leave redis.host (REDIS_HOST) out, or redis_url (REDIS_URL).");
  }
  if (!config.clickhouse_url.empty() && !config.clickhouse_host.empty()) {
    conflicts.Warn(
        "clickhouse_url and clickhouse.host are both set; clickhouse_url counts",
        "Leave clickhouse.host (CLICKHOUSE_HOST) out, or clickhouse_url (CLICKHOUSE_URL).");
  }
  if (!HasClickHouse(config)) {
    if (!config.clickhouse_cluster.empty()) {
      conflicts.Warn("cluster is set, and the tables are in the built-in database",
                     "Leave it out, or name the servers with --clickhouse-url.");
    }
    return;
  }
  if (const auto tables = TableOptions(environment); !tables) conflicts.Take(tables.error(), fix);
  const std::string& ca = config.clickhouse_ca_file;
  if (!ca.empty() && access(ca.c_str(), R_OK) != 0) {
    conflicts.Refuse("clickhouse.ca_file " + ca + " cannot be read",
                     "Name a PEM file that can be, or leave it out for the system's certificates.");
  }
}

void CheckWork(const Config& config, Conflicts& conflicts) {
  const std::array<std::pair<const char*, const std::string&>, 3> addresses = {
      {{"listen", config.listen},
       {"metrics_listen", config.metrics_listen},
       {"sql_listen", config.sql_listen}}};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    for (std::size_t j = i + 1; j < addresses.size(); ++j) {
      const auto& [one, address] = addresses[i];
      if (address.empty() || address != addresses[j].second) continue;
      conflicts.Refuse(std::string(one) + " and " + addresses[j].first + " are both " + address,
                       "Give one of them another port.");
    }
  }
  if (config.retry_base > config.retry_cap) {
    conflicts.Warn("gamma.retry_base (" + FormatDuration(config.retry_base) +
                       ") is longer than gamma.retry_cap (" + FormatDuration(config.retry_cap) +
                       ")",
                   "Set gamma.retry_cap to more than gamma.retry_base.");
  }
  if (config.stall_timeout > config.request_timeout) {
    conflicts.Warn("gamma.stall_timeout (" + FormatDuration(config.stall_timeout) +
                       ") is longer than gamma.request_timeout (" +
                       FormatDuration(config.request_timeout) + "), which ends a request first",
                   "Set gamma.request_timeout to more than gamma.stall_timeout.");
  }
  for (const IngestedListing* listing : IngestedListings()) {
    if (config.*listing->backfill || config.*listing->discover.on || config.*listing->refresh.on ||
        config.*listing->settle.on) {
      continue;
    }
    const std::string name(listing->names().ingester);
    conflicts.Warn("backfill, discover, refresh and settle of " + name +
                       " are all off: nothing of them is read",
                   "Leave at least " + name + ".discover on.");
  }
}

/// What others may do with a file; nothing of one that is not there.
mode_t ModeOf(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? facts.st_mode : mode_t(0);
}

}  // namespace

std::vector<std::string> SecretsOf(const Config& config) {
  std::vector<std::string> secrets;
  for (const Setting& setting : ConfigTable()) {
    for (std::string& secret : SecretsOf(config, setting)) secrets.push_back(std::move(secret));
  }
  return secrets;
}

Checkups CheckSettings(const LoadedConfig& settings,
                       const std::vector<std::string>& problems,
                       const Environment& environment) {
  Conflicts conflicts;
  for (const std::string& problem : problems) {
    conflicts.Refuse(OneLine(problem),
                     "Correct it: no other command starts before. polyhouse config sample lists "
                     "every setting; here the value that counts without it is looked at.");
  }
  CheckChain(settings.config, conflicts);
  CheckServers(environment, conflicts);
  CheckWork(settings.config, conflicts);
  Checkups checkups = conflicts.TakeAll();
  if (!checkups.empty()) return checkups;
  const auto set = std::count_if(settings.origins.begin(),
                                 settings.origins.end(),
                                 [](const auto& origin) { return origin.second != "default"; });
  return {Passed(kName,
                 std::to_string(set) + " set, the others at their defaults; " +
                     (settings.file.empty() ? "no settings file" : "from " + settings.file))};
}

Checkups CheckSecrets(const LoadedConfig& settings) {
  constexpr const char* kSecrets = "secrets";
  constexpr mode_t kOfGroup = S_IRWXG;
  constexpr mode_t kOfOthers = S_IRWXO;
  Checkups checkups;
  if (!settings.file.empty()) {
    const std::string keys = SecretKeys(settings, settings.file);
    const mode_t mode = ModeOf(settings.file);
    const std::string fix = "Run chmod 600 " + settings.file + ".";
    if (!keys.empty() && (mode & kOfOthers) != 0) {
      checkups.push_back(
          Failed(kSecrets, settings.file + " holds " + keys + ", and everybody can read it", fix));
    } else if (!keys.empty() && (mode & kOfGroup) != 0) {
      checkups.push_back(
          Warned(kSecrets, settings.file + " holds " + keys + ", and its group can read it", fix));
    }
  }
  if (const std::string keys = SecretKeys(settings, "flag"); !keys.empty()) {
    checkups.push_back(Warned(kSecrets,
                              keys + " stands on the command line, which every user of this "
                                     "machine sees (ps)",
                              "Set it in the environment, or in a settings file of mode 600."));
  }
  if (!checkups.empty()) return checkups;
  return {Passed(kSecrets, "nobody else can read a password")};
}

}  // namespace polyhouse
