#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/secret.h"

namespace polyhouse {

/// Every setting, with its default. config_table.cpp gives each its names, range and help;
/// components get the few they need.
struct Config {
  std::string data_dir = "./polyhouse-data";
  std::string database = "polymarket";
  std::string log_format = "text";
  std::string log_level = "info";
  std::string listen = "127.0.0.1:8000";
  Secret listen_token;
  std::string metrics_listen;
  std::string sql_listen;

  Secret redis_url;
  std::string redis_host;
  std::uint64_t redis_port = 6379;
  std::uint64_t redis_db = 0;
  std::string redis_user;
  Secret redis_password;
  std::string redis_prefix;
  std::chrono::milliseconds redis_lease{5'000};

  Secret clickhouse_url;
  std::string clickhouse_host;
  std::uint64_t clickhouse_port = 8123;
  std::string clickhouse_user;
  Secret clickhouse_password;
  std::string clickhouse_cluster;
  std::string clickhouse_compression = "auto";
  std::string clickhouse_ca_file;
  std::string clickhouse_insert_settings;
  std::chrono::milliseconds clickhouse_timeout{300'000};
  std::chrono::milliseconds schema_retry_for{60'000};
  std::chrono::milliseconds schema_lock_timeout{30'000};
  bool schema_trades_by_wallet = false;
  bool schema_token_hours = false;
  bool schema_wallet_days = false;
  bool schema_imports = false;

  std::string gamma_url = "https://gamma-api.polymarket.com";
  std::string clob_url;
  std::string data_url;
  std::string pagination = "keyset";
  std::uint64_t page_size = 100;
  std::chrono::milliseconds request_timeout{60'000};
  std::chrono::milliseconds stall_timeout{15'000};
  std::chrono::milliseconds retry_base{500};
  std::chrono::milliseconds retry_cap{30'000};
  std::chrono::milliseconds give_up_after{600'000};
  std::chrono::milliseconds markets_discover_interval{30'000};
  std::chrono::milliseconds events_discover_interval{30'000};
  std::chrono::milliseconds markets_refresh_interval{300'000};
  std::chrono::milliseconds events_refresh_interval{300'000};
  std::chrono::milliseconds markets_settle_interval{60'000};
  std::chrono::milliseconds markets_tokens_interval{5'000};
  std::chrono::milliseconds events_settle_interval{60'000};
  std::chrono::milliseconds events_cache{86'400'000};
  std::chrono::milliseconds canary_interval{900'000};
  std::chrono::milliseconds settle_give_up{30 * 86'400'000LL};
  std::chrono::milliseconds look_again_first{3'600'000};
  std::chrono::milliseconds look_again_second{86'400'000};
  std::chrono::milliseconds look_again_last{7 * 86'400'000LL};
  bool markets_backfill = true;
  bool events_backfill = true;
  bool markets_discover = true;
  bool events_discover = true;
  bool markets_refresh = true;
  bool events_refresh = true;
  bool markets_settle = true;
  bool events_settle = true;
  std::uint64_t walkers = 8;
  std::string backfill_shape = "ranges";
  std::uint64_t proof_sample = 10;
  std::chrono::milliseconds verify_second_look{2'000};
  std::uint64_t max_backlog = 500'000;

  Secret rpc_url;
  bool fills_backfill = true;
  bool fills_live = true;
  std::string fills_from = "24h";
  std::string fills_to;
  std::uint64_t fills_confirmations = 20;
  std::chrono::milliseconds fills_live_interval{2'000};
  std::uint64_t fills_blocks = 500;
  std::uint64_t fills_walkers = 2;
  std::string fills_exchanges;
  bool fills_keep_raw = true;
  bool addresses_enabled = false;
  bool actions_enabled = false;
  std::uint64_t rate_rpc = 200;
  std::uint64_t process_rows = 20'000;

  std::uint64_t rate_markets = 300;
  std::uint64_t rate_events = 500;
  std::uint64_t rate_clob = 1'500;
  std::uint64_t rate_data = 150;
  std::chrono::milliseconds rate_window{10'000};
  std::uint64_t rate_share = 97;
  std::uint64_t rate_burst = 5;
  std::uint64_t rate_slow_down = 50;
  std::uint64_t rate_recover = 5;
  std::uint64_t rate_least = 5;
  std::uint64_t rate_latency_growth = 300;

  std::string archive_dir;
  std::uint64_t archive_file_bytes = 256UL << 20U;

  std::uint64_t batch_rows = 100'000;
  std::uint64_t batch_bytes = 16UL << 20U;
  std::chrono::milliseconds batch_age{1'000};
  std::chrono::milliseconds claim_idle{60'000};
  std::chrono::milliseconds drain_time{20'000};
  std::string consumer;

  std::uint64_t engine_memory = 4UL << 30U;
  std::string engine_user = "default";
  Secret engine_password;
  std::uint64_t engine_queries = 8;
  std::chrono::milliseconds engine_reader_time{600'000};
  bool engine_listen_without_wall = false;
  std::string engine_library;
  std::string engine_program;
};

}  // namespace polyhouse
