-- What each token's trades come to in an hour, kept ready. Writers keep it: they compute anew the hours into which rows came (docs/analytics.md).
CREATE TABLE IF NOT EXISTS token_hours_kept
(
    token_id String CODEC(ZSTD(1)),
    hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
    fills UInt64,
    legs UInt64,
    prints UInt64,
    open Float64,
    open_at Tuple(DateTime64(3, 'UTC'), UInt64, UInt32),
    high Float64,
    low Float64,
    close Float64,
    close_at Tuple(DateTime64(3, 'UTC'), UInt64, UInt32),
    print_usd Decimal(38, 6),
    print_shares Decimal(38, 6),
    usd Decimal(38, 6),
    maker_usd Decimal(38, 6),
    shares Decimal(38, 6),
    minted Decimal(38, 6),
    merged Decimal(38, 6),
    matches UInt64,
    taker_leg_usd Decimal(38, 6),
    fees_usd Decimal(38, 6),
    first_trade DateTime64(3, 'UTC'),
    last_trade DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(hour)
ORDER BY (token_id, hour)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- The hours into which rows came, and when.
CREATE TABLE IF NOT EXISTS token_hours_touched
(
    touched_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    token_id String CODEC(ZSTD(1)),
    hour DateTime('UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(touched_at)
ORDER BY touched_at;

CREATE MATERIALIZED VIEW IF NOT EXISTS token_hours_feed TO token_hours_touched AS
SELECT DISTINCT now64(6, 'UTC') AS touched_at, token_id, toStartOfHour(timestamp) AS hour
FROM trades;

CREATE OR REPLACE VIEW token_hours AS
SELECT * EXCEPT version FROM token_hours_kept FINAL WHERE fills > 0
UNION ALL
SELECT * EXCEPT of_file FROM token_hours_computed WHERE of_file AND fills > 0
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- What is there already, by the time of its trades: the keeper goes through it in that order. Small blocks: the built-in database may have little memory.
INSERT INTO token_hours_touched
SELECT DISTINCT toDateTime64(toStartOfHour(timestamp), 6, 'UTC') AS touched_at, token_id, toStartOfHour(timestamp) AS hour
FROM trades
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

-- From the beginning. After the other rows: a keeper that runs already has passed their times.
INSERT INTO kept_until
SELECT 'token_hours' AS name, toDateTime64(0, 6, 'UTC') AS until, toDateTime64(0, 6, 'UTC') AS settled, greatest(toUInt64(toUnixTimestamp64Micro(now64(6))), max(kept_until.version) + 1) AS version
FROM kept_until
WHERE name = 'token_hours';
