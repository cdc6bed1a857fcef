-- The last price of each token in each month, kept ready beside token_hours (0018): a page asks for it of thousands of tokens, which are a granule each there and a row or two here. Made of hours that are kept, whenever one of them was computed anew.
CREATE TABLE IF NOT EXISTS token_months_kept
(
    token_id String CODEC(ZSTD(1)),
    month Date CODEC(ZSTD(1)),
    prints UInt64,
    close Float64,
    close_at Tuple(DateTime64(3, 'UTC'), UInt64, UInt32),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (token_id, month)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 512;

-- The months of which hours were computed anew, and when.
CREATE TABLE IF NOT EXISTS token_months_touched
(
    touched_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    token_id String CODEC(ZSTD(1)),
    month Date CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(touched_at)
ORDER BY touched_at;

CREATE MATERIALIZED VIEW IF NOT EXISTS token_months_feed TO token_months_touched AS
SELECT DISTINCT now64(6, 'UTC') AS touched_at, token_id, toStartOfMonth(hour) AS month
FROM token_hours_kept;

-- Rows with prints = 0 had prices that the chain has taken back.
CREATE OR REPLACE VIEW token_months_computed AS
SELECT
    token_id,
    toStartOfMonth(hour) AS month,
    false AS of_file,
    sum(trading.prints) AS prints,
    argMaxIf(trading.close, trading.close_at, trading.prints > 0) AS close,
    maxIf(trading.close_at, trading.prints > 0) AS close_at
FROM token_hours_kept AS trading FINAL
GROUP BY token_id, month
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW token_months AS
SELECT token_id, month, close, close_at FROM token_months_kept FINAL WHERE prints > 0
UNION ALL
SELECT token_id, toStartOfMonth(hour) AS month, argMax(trading.close, trading.close_at) AS close, max(trading.close_at) AS close_at
FROM file_hours AS trading
WHERE trading.prints > 0
GROUP BY token_id, month;

-- As in 0018, with less to plan where there are no files.
CREATE OR REPLACE VIEW token_hours AS
SELECT * EXCEPT version FROM token_hours_kept FINAL WHERE fills > 0
UNION ALL
SELECT * FROM file_hours
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- What is kept already.
INSERT INTO token_months_touched
SELECT DISTINCT toDateTime64(toStartOfMonth(hour), 6, 'UTC') AS touched_at, token_id, toStartOfMonth(hour) AS month
FROM token_hours_kept
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

-- From the beginning. After the other rows: a keeper that runs already has passed their times.
INSERT INTO kept_until
SELECT 'token_months' AS name, toDateTime64(0, 6, 'UTC') AS until, toDateTime64(0, 6, 'UTC') AS settled, greatest(toUInt64(toUnixTimestamp64Micro(now64(6))), max(kept_until.version) + 1) AS version
FROM kept_until
WHERE name = 'token_months';
