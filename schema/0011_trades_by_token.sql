-- A market's trades stand together, in order of time: asked for by token they are a few granules. Rows of the table of 0004, whose key began with the time, are copied (docs/decisions/0013-changing-tables.md). Wallets are found by the indexes.
CREATE TABLE IF NOT EXISTS trades
(
    timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    market_id String CODEC(ZSTD(1)),
    maker String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    nonusdc_side LowCardinality(String),
    maker_direction LowCardinality(String),
    taker_direction LowCardinality(String),
    price Nullable(Float64),
    usd_amount Decimal(18, 6),
    token_amount Decimal(18, 6),
    transactionHash String CODEC(ZSTD(1)),
    log_index UInt32,
    token_id String CODEC(ZSTD(1)),
    condition_id String CODEC(ZSTD(1)),
    outcome LowCardinality(String),
    fee Decimal(18, 6),
    fee_asset LowCardinality(String),
    exchange LowCardinality(String),
    generation LowCardinality(String),
    is_taker_leg Bool,
    match_type LowCardinality(String),
    block_number UInt64 CODEC(Delta, ZSTD(1)),
    order_hash String CODEC(ZSTD(1)),
    builder String CODEC(ZSTD(1)),
    removed Bool,
    version UInt64 CODEC(Delta, ZSTD(1)),
    INDEX by_maker maker TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_taker taker TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (token_id, timestamp, transactionHash, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- A row never changes its month, so parts of two months need no merging.
CREATE OR REPLACE VIEW trades_current AS
SELECT {{columns of trades}} FROM trades FINAL WHERE NOT removed
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE OR REPLACE VIEW order_fills_current AS
SELECT {{columns of order_fills}} FROM order_fills FINAL WHERE NOT removed
SETTINGS do_not_merge_across_partitions_select_final = 1;
