-- One row per market and fetch in which it differed; the newest version wins. Columns of the request first, in its order.
CREATE TABLE IF NOT EXISTS markets
(
    createdAt Nullable(DateTime64(3, 'UTC')),
    id String,
    question String,
    answer1 String,
    answer2 String,
    neg_risk Bool,
    market_slug String,
    token1 String,
    token2 String,
    condition_id String,
    volume Nullable(Float64),
    ticker String,
    event_slug String,
    closedTime Nullable(DateTime64(3, 'UTC')),
    event_id String,
    description String CODEC(ZSTD(1)),
    outcomes Array(String),
    outcome_prices Array(Float64),
    tokens Array(String),
    winner String,
    liquidity Nullable(Float64),
    active Bool,
    closed Bool,
    archived Bool,
    end_date Nullable(DateTime64(3, 'UTC')),
    resolution_status LowCardinality(String),
    updated_at Nullable(DateTime64(3, 'UTC')),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each market once, at its newest version.
CREATE VIEW IF NOT EXISTS markets_current AS
SELECT * FROM markets FINAL;
