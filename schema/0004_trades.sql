-- One row per order fill, with what we derive from it. Columns of the request first, in its order; amounts are exact.
CREATE TABLE IF NOT EXISTS trades
(
    timestamp DateTime64(3, 'UTC'),
    market_id String,
    maker String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    nonusdc_side LowCardinality(String),
    maker_direction LowCardinality(String),
    taker_direction LowCardinality(String),
    price Float64,
    usd_amount Decimal(18, 6),
    token_amount Decimal(18, 6),
    transactionHash String CODEC(ZSTD(1)),
    log_index UInt32,
    token_id String CODEC(ZSTD(1)),
    fee Decimal(18, 6),
    exchange LowCardinality(String),
    is_taker_leg Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (timestamp, transactionHash, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each trade once, at its newest version.
CREATE VIEW IF NOT EXISTS trades_current AS
SELECT * FROM trades FINAL;
