#include "config/config_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "base/url.h"
#include "config/units.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

const std::array kTable = {
    Setting{"data_dir",
            "",
            Text{&Config::data_dir},
            "Where streams, tables and the engine's socket live."},
    Setting{"database",
            "CLICKHOUSE_DATABASE",
            Text{&Config::database},
            "The ClickHouse database that holds the tables."},
    Setting{"log_format",
            "",
            Choice{&Config::log_format, "text|json"},
            "How log lines are written to standard error."},
    Setting{"log_level",
            "",
            Choice{&Config::log_level, "debug|info|warn|error"},
            "The least severe log lines to write."},
    Setting{"listen",
            "",
            Text{&Config::listen, true},
            "host:port on which up and serve show the page, its data and metrics; this machine "
            "only unless you say otherwise, which needs listen_token; empty: up serves nothing."},
    Setting{"listen_token",
            "",
            SecretText{&Config::listen_token},
            "Who opens the page or asks for its data and metrics must know it: in the page's form, "
            "as Bearer token, or as the password of HTTP's Basic. 16 characters or more."},
    Setting{"metrics_listen",
            "",
            Text{&Config::metrics_listen, true},
            "host:port on which a process that plays roles gives its own metrics, /metrics: "
            "each process needs an address of its own; empty: none. serve gives those of all."},

    Setting{"sql_listen",
            "",
            Text{&Config::sql_listen, true},
            "host:port on which the built-in database answers SQL clients, read only, such as "
            "127.0.0.1:8123; empty: none."},
    Setting{"redis_url",
            "REDIS_URL",
            SecretUrl{&Config::redis_url, "redis://user:password@host:6379/0"},
            "Streams live in this Redis instead of the data directory. Sentinel: "
            "redis+sentinel://host:26379,host:26379/service; Cluster: "
            "redis+cluster://host:6379,host:6379."},
    Setting{"clickhouse_url",
            "CLICKHOUSE_URL",
            SecretUrl{&Config::clickhouse_url, "https://user:password@host:8443"},
            "Tables live in this ClickHouse instead of the data directory; several, separated by "
            "commas, are tried in turn."},
    Setting{"cluster",
            "",
            Text{&Config::clickhouse_cluster, true},
            "The ClickHouse cluster on whose servers schema apply makes the tables, replicated and "
            "distributed; empty: on one server."},
    Setting{"gamma_url", "POLYMARKET_GAMMA_URL", Url{&Config::gamma_url}, "The Gamma API."},
    Setting{"clob_url",
            "POLYMARKET_CLOB_URL",
            Url{&Config::clob_url, true},
            "The CLOB API, whose listing polyhouse reconcile takes for a witness; empty: "
            "https://clob.polymarket.com beside Polymarket's own Gamma API, beside another one "
            "none."},
    Setting{"data_url",
            "POLYMARKET_DATA_URL",
            Url{&Config::data_url, true},
            "The Data API, whose trades polyhouse reconcile fills takes for a witness; empty: "
            "https://data-api.polymarket.com beside Polymarket's own Gamma API, beside another one "
            "none."},

    Setting{
        "rpc_url",
        "POLYGON_RPC_URL",
        SecretText{&Config::rpc_url},
        "Nodes of Polygon from which fills come, separated by commas; empty: public ones beside "
        "Polymarket's own Gamma API, beside another one none, and so no fills and trades."},

    Setting{"redis.host",
            "REDIS_HOST",
            Text{&Config::redis_host, true},
            "The Redis server, when there is no redis_url; empty: streams live in the data "
            "directory."},
    Setting{"redis.port",
            "REDIS_PORT",
            NumberRange{&Config::redis_port, Unit::kCount, 1, 65'535},
            "Its port."},
    Setting{"redis.db",
            "REDIS_DB",
            NumberRange{&Config::redis_db, Unit::kCount, 0, 1'000'000},
            "Its database number."},
    Setting{"redis.user",
            "REDIS_USER",
            Text{&Config::redis_user, true},
            "Its user; empty: the default user."},
    Setting{"redis.password",
            "REDIS_PASSWORD",
            SecretText{&Config::redis_password},
            "Its password; empty: none. Better in the environment than in a flag, which others can "
            "see."},
    Setting{"redis.prefix",
            "",
            Text{&Config::redis_prefix, true},
            "Put before every key; with Redis Cluster a hash tag such as {pm}: is needed."},
    Setting{"redis.lease",
            "",
            DurationRange{&Config::redis_lease, milliseconds(1000), milliseconds(600'000)},
            "A second ingester of one kind takes over when the first has been silent this long."},

    Setting{"clickhouse.host",
            "CLICKHOUSE_HOST",
            Text{&Config::clickhouse_host, true},
            "The ClickHouse server, when there is no clickhouse_url; empty: tables live in the "
            "data directory."},
    Setting{"clickhouse.port",
            "CLICKHOUSE_PORT",
            NumberRange{&Config::clickhouse_port, Unit::kCount, 1, 65'535},
            "Its HTTP port."},
    Setting{"clickhouse.user",
            "CLICKHOUSE_USER",
            Text{&Config::clickhouse_user, true},
            "Its user; empty: the server's default."},
    Setting{"clickhouse.password",
            "CLICKHOUSE_PASSWORD",
            SecretText{&Config::clickhouse_password},
            "Its password; empty: none. Better in the environment than in a flag, which others can "
            "see."},
    Setting{
        "clickhouse.compression",
        "",
        Choice{&Config::clickhouse_compression, "auto|zstd|gzip|none"},
        "How insert bodies are compressed on their way to a server; auto: zstd, and not at all to "
        "this machine."},
    Setting{"clickhouse.ca_file",
            "",
            Text{&Config::clickhouse_ca_file, true},
            "For https: a PEM file with the certificates to trust; empty: the system's."},
    Setting{"clickhouse.insert_settings",
            "",
            Text{&Config::clickhouse_insert_settings, true},
            "Settings for every insert, such as insert_quorum=2,max_insert_threads=1."},
    Setting{"clickhouse.timeout",
            "",
            DurationRange{&Config::clickhouse_timeout, milliseconds(1000)},
            "How long one insert may take before it is given up and sent again."},
    Setting{"schema.retry_for",
            "",
            DurationRange{&Config::schema_retry_for, milliseconds(0)},
            "How long schema repeats what a server refuses for the moment: too many parts, memory, "
            "network."},
    Setting{
        "schema.lock_timeout",
        "",
        DurationRange{&Config::schema_lock_timeout, milliseconds(100), milliseconds(3'600'000)},
        "A process that changes tables and has been silent this long is taken for dead, and the "
        "next goes on."},

    Setting{"schema.trades_by_wallet",
            "",
            Switch{&Config::schema_trades_by_wallet},
            "Keep the trades a second time, in the order of wallets: any wallet's trades in "
            "milliseconds, for about as much room again. Switched off again, the table stays until "
            "you drop it."},

    Setting{
        "schema.token_hours",
        "",
        Switch{&Config::schema_token_hours},
        "Keep ready what each token's trades come to in an hour, which prices, volumes and "
        "candles are made of; otherwise it is computed when it is asked. Worth it from some "
        "million trades on; writers keep it, a few seconds behind. Switched off again, it stays "
        "and is kept until you undo it (docs/analytics.md)."},

    Setting{"schema.wallet_days",
            "",
            Switch{&Config::schema_wallet_days},
            "The same of each wallet's trades of a token on a day, which leaderboards and profits "
            "are made of."},

    Setting{"schema.imports",
            "",
            Switch{&Config::schema_imports},
            "Make the tables that polyhouse import needs, which makes them itself in the built-in "
            "database; views show what was imported beside the chain's rows from then on."},

    Setting{"gamma.pagination",
            "",
            Choice{&Config::pagination, "keyset|offset"},
            "How listings are walked: today's keyset cursors, or the legacy offset for servers "
            "that replay old recordings."},
    Setting{"gamma.page_size",
            "",
            NumberRange{&Config::page_size, Unit::kCount, 1, 1000},
            "Records asked for in one request; the API gives at most 100."},
    Setting{"gamma.request_timeout",
            "",
            DurationRange{&Config::request_timeout, milliseconds(100)},
            "How long one request may take in all."},
    Setting{"gamma.stall_timeout",
            "",
            DurationRange{&Config::stall_timeout, milliseconds(1000)},
            "How long a response may be silent before it is given up and asked for again."},
    Setting{"gamma.retry_base",
            "",
            DurationRange{&Config::retry_base, milliseconds(1)},
            "The wait after a first failure; it doubles with each further one."},
    Setting{"gamma.retry_cap",
            "",
            DurationRange{&Config::retry_cap, milliseconds(1)},
            "The longest wait between attempts."},
    Setting{"gamma.give_up_after",
            "",
            DurationRange{&Config::give_up_after},
            "With --once: fail when nothing has succeeded for this long; 0s means never."},

    Setting{"markets.backfill",
            "",
            Switch{&Config::markets_backfill},
            "Read the whole listing of markets, once."},
    Setting{"markets.discover",
            "",
            Switch{&Config::markets_discover},
            "Look for new markets again and again."},
    Setting{"markets.discover_interval",
            "",
            DurationRange{&Config::markets_discover_interval, milliseconds(100)},
            "How often to look for new markets."},
    Setting{"markets.refresh",
            "",
            Switch{&Config::markets_refresh},
            "Read the open markets again and again, for what changed."},
    Setting{"markets.refresh_interval",
            "",
            DurationRange{&Config::markets_refresh_interval, milliseconds(100)},
            "How often to read the open markets."},
    Setting{"markets.settle",
            "",
            Switch{&Config::markets_settle},
            "Look up markets that are no longer open until nothing more is expected of them."},
    Setting{"markets.settle_interval",
            "",
            DurationRange{&Config::markets_settle_interval, milliseconds(100)},
            "How often to look them up; the older they are, the more rarely."},
    Setting{
        "markets.tokens_interval",
        "",
        DurationRange{&Config::markets_tokens_interval, milliseconds(100)},
        "How often to look whether tokens were traded whose market is not known, which is asked "
        "for then; where there are fills."},
    Setting{"events.backfill",
            "",
            Switch{&Config::events_backfill},
            "Read the whole listing of events, once."},
    Setting{"events.discover",
            "",
            Switch{&Config::events_discover},
            "Look for new events again and again."},
    Setting{"events.discover_interval",
            "",
            DurationRange{&Config::events_discover_interval, milliseconds(100)},
            "How often to look for new events."},
    Setting{"events.refresh",
            "",
            Switch{&Config::events_refresh},
            "Read the open events again and again, for what changed."},
    Setting{"events.refresh_interval",
            "",
            DurationRange{&Config::events_refresh_interval, milliseconds(100)},
            "How often to read the open events."},
    Setting{"events.settle",
            "",
            Switch{&Config::events_settle},
            "Look up events that are no longer open until nothing more is expected of them."},
    Setting{"events.settle_interval",
            "",
            DurationRange{&Config::events_settle_interval, milliseconds(100)},
            "How often to look them up; the older they are, the more rarely."},
    Setting{"events.cache",
            "",
            DurationRange{&Config::events_cache, milliseconds(0)},
            "How long an open event that changed is kept where enrichment looks first; 0: not at "
            "all, then it asks the tables."},
    Setting{"ingest.walkers",
            "",
            NumberRange{&Config::walkers, Unit::kCount, 1, 64},
            "How many ranges of a listing the backfill reads at once."},
    Setting{"ingest.backfill_shape",
            "",
            Choice{&Config::backfill_shape, "ranges|whole"},
            "How the backfill cuts a listing: into ranges by end date, read in parallel, or not at "
            "all."},
    Setting{
        "ingest.proof_sample",
        "",
        NumberRange{&Config::proof_sample, Unit::kCount, 0, 1'000},
        "Windows of 100 ids of each listing that the API is asked for at the end of a backfill, "
        "to prove that the tables lack none; 0: the ledger and the witness must do."},
    Setting{"ingest.canary_interval",
            "",
            DurationRange{&Config::canary_interval},
            "How often to check that the API still behaves as it is known to; 0s: never."},
    Setting{"ingest.settle_give_up",
            "",
            DurationRange{&Config::settle_give_up},
            "A record that left the open half and does not resolve is looked up for this long; "
            "0s: for ever."},
    Setting{
        "ingest.look_again_first",
        "",
        DurationRange{&Config::look_again_first, milliseconds(0)},
        "A settled record is looked at again this long after its close, in case the API corrects "
        "it; 0: not at that time."},
    Setting{"ingest.look_again_second",
            "",
            DurationRange{&Config::look_again_second, milliseconds(0)},
            "And this long after it."},
    Setting{"ingest.look_again_last",
            "",
            DurationRange{&Config::look_again_last, milliseconds(0)},
            "And this long after it, for the last time."},
    Setting{"ingest.max_backlog",
            "",
            NumberRange{&Config::max_backlog, Unit::kCount, 1000},
            "Reading pauses while a writer is more rows of a stream behind than this."},

    Setting{
        "verify.second_look",
        "",
        DurationRange{&Config::verify_second_look, milliseconds(0)},
        "How long verify waits before it looks again at what seems wrong: while others work, it "
        "may have been under way. 0: at once."},
    Setting{"fills.from",
            "",
            Text{&Config::fills_from},
            "From where on fills are wanted: a block, a date such as 2026-04-28, how long ago such "
            "as 24h, or genesis, the first of all."},
    Setting{
        "fills.to",
        "",
        Text{&Config::fills_to, true},
        "Where the reading of the past ends: a block, which is read too, or a date or time ago, "
        "up to which is read; empty: at the newest block."},
    Setting{"fills.backfill",
            "",
            Switch{&Config::fills_backfill},
            "Read the fills of the past, the newest first."},
    Setting{"fills.live", "", Switch{&Config::fills_live}, "Follow the head of the chain."},
    Setting{"fills.live_interval",
            "",
            DurationRange{&Config::fills_live_interval, milliseconds(100)},
            "How often to look for new blocks; one comes every two seconds or so."},
    Setting{"fills.confirmations",
            "",
            NumberRange{&Config::fills_confirmations, Unit::kCount, 0, 10'000},
            "Blocks that must be above one before its fills are read."},
    Setting{"fills.blocks",
            "",
            NumberRange{&Config::fills_blocks, Unit::kCount, 1, 100'000},
            "Blocks to ask for at once at most; fewer where a node refuses so many."},
    Setting{"fills.walkers",
            "",
            NumberRange{&Config::fills_walkers, Unit::kCount, 1, 64},
            "Ranges of the past that are read side by side."},
    Setting{"fills.exchanges",
            "",
            Text{&Config::fills_exchanges, true},
            "Contracts besides the known ones, as address=v1, =v2 or =v3, separated by commas."},
    Setting{"fills.keep_raw",
            "",
            Switch{&Config::fills_keep_raw},
            "Keep fills as the chain has them, in order_fills, beside the trades that are made of "
            "them: half of the disk that both take."},
    Setting{"process.rows",
            "",
            NumberRange{&Config::process_rows, Unit::kCount, 100, 1'000'000},
            "Fills from which trades are made in one transaction, nearly."},

    Setting{"addresses.enabled",
            "",
            Switch{&Config::addresses_enabled},
            "Ask the nodes whether each wallet that has traded is a contract, and how many "
            "transactions it has sent, for the table addresses: one request for 25 wallets. "
            "polyhouse process addresses does so in any case."},

    Setting{"actions.enabled",
            "",
            Switch{&Config::actions_enabled},
            "Read what is done with tokens besides trades: splits, merges, redemptions, "
            "conversions, and how conditions were resolved, for the tables token_actions and "
            "resolutions. From where, and how, the settings of fills say. polyhouse ingest actions "
            "does so in any case."},

    Setting{"rate.rpc",
            "",
            NumberRange{&Config::rate_rpc, Unit::kCount, 0},
            "Requests to each node in each rate.window; 0: no limit."},
    Setting{"rate.markets",
            "",
            NumberRange{&Config::rate_markets, Unit::kCount, 0},
            "Requests for markets that the API allows in each rate.window; 0: no limit."},
    Setting{"rate.events",
            "",
            NumberRange{&Config::rate_events, Unit::kCount, 0},
            "As rate.markets, for events."},
    Setting{"rate.clob",
            "",
            NumberRange{&Config::rate_clob, Unit::kCount, 0},
            "As rate.markets, for the CLOB's listing, the witness of reconcile."},
    Setting{"rate.data",
            "",
            NumberRange{&Config::rate_data, Unit::kCount, 0},
            "As rate.markets, for the Data API, the witness of reconcile fills; it publishes no "
            "limit."},
    Setting{"rate.window",
            "",
            DurationRange{&Config::rate_window, milliseconds(100)},
            "The time for which these limits are counted."},
    Setting{"rate.share",
            "",
            NumberRange{&Config::rate_share, Unit::kCount, 1, 100},
            "Percent of the limits that are used."},
    Setting{"rate.burst",
            "",
            NumberRange{&Config::rate_burst, Unit::kCount, 1, 100},
            "Requests that may be sent at once after a silence."},
    Setting{"rate.slow_down",
            "",
            NumberRange{&Config::rate_slow_down, Unit::kCount, 1, 99},
            "Percent of the pace that are kept when the API answers 429, 403 or 503."},
    Setting{"rate.recover",
            "",
            NumberRange{&Config::rate_recover, Unit::kCount, 1, 100},
            "Percent of the full pace that come back in each second without trouble."},
    Setting{"rate.least",
            "",
            NumberRange{&Config::rate_least, Unit::kCount, 1, 100},
            "Percent of the full pace that are always kept."},
    Setting{"rate.latency_growth",
            "",
            NumberRange{&Config::rate_latency_growth, Unit::kCount, 110, 10'000},
            "Answers that take this many percent of the usual time slow the pace down too."},

    Setting{"archive.dir",
            "",
            Text{&Config::archive_dir, true},
            "Keep every answer of the listings in files here, for polyhouse replay and the "
            "simulator; empty: keep none."},
    Setting{"archive.file_bytes",
            "",
            NumberRange{&Config::archive_file_bytes, Unit::kBytes, 1UL << 10U},
            "Begin a new file of the archive after so much, compressed."},

    Setting{"writer.batch_rows",
            "",
            NumberRange{&Config::batch_rows, Unit::kCount, 1, 200'000},
            "An insert has at most about this many rows."},
    Setting{"writer.batch_bytes",
            "",
            NumberRange{&Config::batch_bytes, Unit::kBytes, 1024, 256UL << 20U},
            "An insert has at most about this many bytes; the writer's memory follows it."},
    Setting{"writer.batch_age",
            "",
            DurationRange{&Config::batch_age},
            "A row waits at most this long for others to join it."},
    Setting{"writer.drain_time",
            "",
            DurationRange{&Config::drain_time},
            "After SIGTERM, how long what is in the streams is still written; the rest waits for "
            "the next run."},
    Setting{"writer.claim_idle",
            "",
            DurationRange{&Config::claim_idle, milliseconds(1000)},
            "Rows that another writer has kept unfinished for this long are taken over."},
    Setting{
        "writer.consumer",
        "",
        Text{&Config::consumer, true},
        "This writer's name in its consumer groups: stable, and different for each writer; empty: "
        "the name of the machine."},

    Setting{
        "engine.memory",
        "",
        NumberRange{&Config::engine_memory, Unit::kBytes, 512UL << 20U},
        "What the queries of the embedded engine may use together; those over read-only TCP half "
        "of it."},
    Setting{"engine.user", "", Text{&Config::engine_user}, "The user for SQL clients on TCP."},
    Setting{
        "engine.password",
        "",
        SecretText{&Config::engine_password},
        "The password for SQL clients on TCP; empty: none is asked for, and only this machine can "
        "connect. Set it in the environment or the file: flags are seen by every user of the "
        "machine."},
    Setting{"engine.queries",
            "",
            NumberRange{&Config::engine_queries, Unit::kCount, 1, 1000},
            "How many queries of SQL clients on TCP the embedded engine runs at once; further ones "
            "wait 10 seconds, then are sent away."},
    Setting{
        "engine.reader_time",
        "",
        DurationRange{&Config::engine_reader_time},
        "How long one query over read-only TCP may take, with the time its client takes to read "
        "the result; 0: no limit."},
    Setting{
        "engine.listen_without_wall",
        "",
        Switch{&Config::engine_listen_without_wall},
        "Open the port for SQL clients even where the kernel cannot shut the embedded engine in "
        "(docs/security.md): clients may then find a way to files of this user."},
    Setting{"engine.library",
            "POLYHOUSE_LIBCHDB",
            Text{&Config::engine_library, true},
            "The path of libchdb.so; empty: where the build found it."},
    Setting{"engine.program",
            "",
            Text{&Config::engine_program, true},
            "The polyhouse program that runs as the engine's process; empty: this one."},
};

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substitute}));
    }
  }
  return row.back();
}

/// Sets a value of one type from text.
class Setter {
 public:
  Setter(Config& config, const Setting& setting, std::string_view text)
      : config_(config), setting_(setting), text_(text) {}

  Status operator()(const NumberRange& range) {
    const auto number = range.unit == Unit::kBytes ? ParseBytes(text_) : ParseCount(text_);
    if (!number || *number < range.min || *number > range.max) return Invalid();
    config_.*range.member = *number;
    return Ok();
  }
  Status operator()(const DurationRange& range) {
    const auto duration = ParseDuration(text_);
    if (!duration || *duration < range.min || *duration > range.max) return Invalid();
    config_.*range.member = *duration;
    return Ok();
  }
  Status operator()(const Choice& choice) {
    std::string_view rest = choice.options;
    while (!rest.empty()) {
      const auto option = rest.substr(0, rest.find('|'));
      if (option == text_) {
        config_.*choice.member = text_;
        return Ok();
      }
      rest.remove_prefix(std::min(rest.size(), option.size() + 1));
    }
    return Invalid();
  }
  Status operator()(const Text& text) {
    if (text_.empty() && !text.may_be_empty) return Invalid();
    config_.*text.member = text_;
    return Ok();
  }
  Status operator()(const Url& url) {
    if (text_.empty() && url.may_be_empty) {
      (config_.*url.member).clear();
      return Ok();
    }
    const bool has_scheme = text_.starts_with("http://") || text_.starts_with("https://");
    if (!has_scheme || text_.size() <= text_.find("//") + 2 ||
        text_.find_first_of(" ?#@") != std::string_view::npos) {
      return Invalid();
    }
    while (text_.ends_with('/')) text_.remove_suffix(1);
    config_.*url.member = text_;
    return Ok();
  }
  Status operator()(const SecretText& secret) {
    config_.*secret.member = Secret(std::string(text_));
    return Ok();
  }
  Status operator()(const SecretUrl& url) {
    // Whoever uses it knows more than this; and it may hold a password, so it is not repeated.
    if (!text_.empty() && text_.find("://") == std::string_view::npos) {
      return ConfigError("this is not " + ValidValues(setting_));
    }
    config_.*url.member = Secret(std::string(text_));
    return Ok();
  }
  Status operator()(const Switch& flag) {
    if (text_ != "true" && text_ != "false") return Invalid();
    config_.*flag.member = text_ == "true";
    return Ok();
  }

 private:
  Status Invalid() const {
    return ConfigError("\"" + WithoutPasswords(text_) + "\" is not " + ValidValues(setting_));
  }

  Config& config_;
  const Setting& setting_;
  std::string_view text_;
};

class ValidValuesOf {
 public:
  std::string operator()(const NumberRange& range) const {
    const bool bytes = range.unit == Unit::kBytes;
    const auto show = [&](std::uint64_t value) {
      return bytes ? FormatBytes(value) : std::to_string(value);
    };
    std::string text = bytes ? "a size such as 16MB or 4GB" : "a whole number";
    if (range.min > 0) text += ", from " + show(range.min);
    if (range.max != UINT64_MAX) text += ", up to " + show(range.max);
    return text;
  }
  std::string operator()(const DurationRange& range) const {
    std::string text = "a duration such as 500ms, 30s, 5m or 2h";
    if (range.min.count() > 0) text += ", from " + FormatDuration(range.min);
    return text;
  }
  std::string operator()(const Choice& choice) const {
    std::string text = "one of ";
    for (const char c : choice.options) c == '|' ? text += ", " : text += c;
    return text;
  }
  std::string operator()(const Text& text) const {
    return text.may_be_empty ? "a text" : "a text that is not empty";
  }
  std::string operator()(const Url&) const {
    return "a URL such as https://gamma-api.polymarket.com, without user, password or query";
  }
  std::string operator()(const SecretText&) const { return "a text"; }
  std::string operator()(const SecretUrl& url) const {
    return "a URL such as " + std::string(url.example);
  }
  std::string operator()(const Switch&) const { return "true or false"; }
};

class ValueTextOf {
 public:
  explicit ValueTextOf(const Config& config) : config_(config) {}
  std::string operator()(const NumberRange& range) const {
    return range.unit == Unit::kBytes ? FormatBytes(config_.*range.member)
                                      : std::to_string(config_.*range.member);
  }
  std::string operator()(const DurationRange& range) const {
    return FormatDuration(config_.*range.member);
  }
  std::string operator()(const Choice& choice) const { return config_.*choice.member; }
  std::string operator()(const Text& text) const { return config_.*text.member; }
  std::string operator()(const Url& url) const { return config_.*url.member; }
  std::string operator()(const SecretText& secret) const {
    return (config_.*secret.member).empty() ? "" : "***";
  }
  std::string operator()(const SecretUrl& url) const {
    return WithoutPasswords((config_.*url.member).Reveal());
  }
  std::string operator()(const Switch& flag) const {
    return config_.*flag.member ? "true" : "false";
  }

 private:
  const Config& config_;
};

}  // namespace

std::span<const Setting> ConfigTable() {
  return kTable;
}

std::string FlagOf(const Setting& setting) {
  std::string flag = "--" + std::string(setting.key);
  std::replace_if(
      flag.begin(), flag.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return flag;
}

std::string EnvironmentOf(const Setting& setting) {
  if (!setting.environment.empty()) return std::string(setting.environment);
  std::string name = "POLYHOUSE_" + std::string(setting.key);
  for (char& c : name)
    c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Status SetValue(Config& config, const Setting& setting, std::string_view text) {
  return std::visit(Setter(config, setting, text), setting.value);
}

std::string ValueText(const Config& config, const Setting& setting) {
  return std::visit(ValueTextOf(config), setting.value);
}

std::string ValidValues(const Setting& setting) {
  return std::visit(ValidValuesOf(), setting.value);
}

std::string_view Nearest(std::string_view name, std::span<const std::string_view> known) {
  const auto nearest =
      std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
        return EditDistance(name, a) < EditDistance(name, b);
      });
  if (nearest == known.end()) return {};
  // Farther than a third of it, it is another word and no slip of the hand.
  const std::size_t most = std::max<std::size_t>(1, (name.size() + 1) / 3);
  return EditDistance(name, *nearest) <= most ? *nearest : std::string_view();
}

std::string DidYouMean(std::string_view name, std::span<const std::string_view> known) {
  const auto nearest = Nearest(name, known);
  return nearest.empty() ? std::string() : "; did you mean " + std::string(nearest) + "?";
}

}  // namespace polyhouse
