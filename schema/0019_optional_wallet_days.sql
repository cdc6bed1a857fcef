-- What each wallet's trades of a token come to on a day, kept ready as token_hours are (0018).
CREATE TABLE IF NOT EXISTS wallet_days_kept
(
    wallet String CODEC(ZSTD(1)),
    token_id String CODEC(ZSTD(1)),
    day Date CODEC(Delta, ZSTD(1)),
    fills UInt64,
    usd Decimal(38, 6),
    shares Decimal(38, 6),
    maker_shares Decimal(38, 6),
    d_shares Decimal(38, 6),
    d_usd Decimal(38, 6),
    fees_usd Decimal(38, 6),
    first_trade DateTime64(3, 'UTC'),
    last_trade DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (wallet, token_id, day)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- The days into which rows came, and when.
CREATE TABLE IF NOT EXISTS wallet_days_touched
(
    touched_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    token_id String CODEC(ZSTD(1)),
    day Date CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(touched_at)
ORDER BY touched_at;

CREATE MATERIALIZED VIEW IF NOT EXISTS wallet_days_feed TO wallet_days_touched AS
SELECT DISTINCT now64(6, 'UTC') AS touched_at, token_id, toDate(timestamp) AS day
FROM trades;

CREATE OR REPLACE VIEW wallet_days AS
SELECT * EXCEPT version FROM wallet_days_kept FINAL WHERE fills > 0
UNION ALL
SELECT * EXCEPT of_file FROM wallet_days_computed WHERE of_file AND fills > 0
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- What is there already, by the time of its trades. Small blocks: the built-in database may have little memory.
INSERT INTO wallet_days_touched
SELECT DISTINCT toDateTime64(toDate(timestamp), 6, 'UTC') AS touched_at, token_id, toDate(timestamp) AS day
FROM trades
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

-- From the beginning. After the other rows: a keeper that runs already has passed their times.
INSERT INTO kept_until
SELECT 'wallet_days' AS name, toDateTime64(0, 6, 'UTC') AS until, toDateTime64(0, 6, 'UTC') AS settled, greatest(toUInt64(toUnixTimestamp64Micro(now64(6))), max(kept_until.version) + 1) AS version
FROM kept_until
WHERE name = 'wallet_days';
