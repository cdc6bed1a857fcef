-- One row per OrderFilled log of the exchanges: the raw fact. By its place on the chain, which is in order of time.
CREATE TABLE IF NOT EXISTS order_fills
(
    block_number UInt64 CODEC(Delta, ZSTD(1)),
    block_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    transaction_hash String CODEC(ZSTD(1)),
    log_index UInt32 CODEC(Delta, ZSTD(1)),
    exchange LowCardinality(String),
    generation LowCardinality(String),
    order_hash String CODEC(ZSTD(1)),
    maker String CODEC(ZSTD(1)),
    taker String CODEC(ZSTD(1)),
    maker_asset_id String CODEC(ZSTD(1)),
    taker_asset_id String CODEC(ZSTD(1)),
    maker_amount UInt256 CODEC(ZSTD(1)),
    taker_amount UInt256 CODEC(ZSTD(1)),
    fee UInt256 CODEC(ZSTD(1)),
    builder String CODEC(ZSTD(1)),
    removed Bool,
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY intDiv(block_number, 2000000)
ORDER BY (block_number, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each log once; those that the chain has taken back are not shown.
CREATE OR REPLACE VIEW order_fills_current AS
SELECT {{columns of order_fills}} FROM order_fills FINAL WHERE NOT removed;

ALTER TABLE trades
    MODIFY COLUMN price Nullable(Float64);

ALTER TABLE trades
    ADD COLUMN IF NOT EXISTS condition_id String CODEC(ZSTD(1)) AFTER token_id,
    ADD COLUMN IF NOT EXISTS outcome LowCardinality(String) AFTER condition_id,
    ADD COLUMN IF NOT EXISTS fee_asset LowCardinality(String) AFTER fee,
    ADD COLUMN IF NOT EXISTS generation LowCardinality(String) AFTER exchange,
    ADD COLUMN IF NOT EXISTS match_type LowCardinality(String) AFTER is_taker_leg,
    ADD COLUMN IF NOT EXISTS block_number UInt64 CODEC(Delta, ZSTD(1)) AFTER match_type,
    ADD COLUMN IF NOT EXISTS order_hash String CODEC(ZSTD(1)) AFTER block_number,
    ADD COLUMN IF NOT EXISTS builder String CODEC(ZSTD(1)) AFTER order_hash,
    ADD COLUMN IF NOT EXISTS removed Bool AFTER builder;

-- Each trade once, at its newest version.
CREATE OR REPLACE VIEW trades_current AS
SELECT {{columns of trades}} FROM trades FINAL WHERE NOT removed;

-- Each trade with what is known of its market and of the market's event.
CREATE OR REPLACE VIEW trades_with_markets AS
SELECT
    t.*,
    m.question AS question,
    m.event_id AS event_id,
    e.title AS event_title,
    e.tags AS event_tags
FROM trades_current AS t
LEFT ANY JOIN markets_current AS m ON t.market_id = m.id
LEFT ANY JOIN polymarket_events_current AS e ON m.event_id = e.id;

-- Each match once, by its taker's order: summing all legs counts everything twice.
CREATE OR REPLACE VIEW trades_volume AS
SELECT
    token_id,
    market_id,
    toDate(timestamp) AS day,
    count() AS matches,
    sum(usd_amount) AS usd_volume,
    sum(token_amount) AS token_volume
FROM trades_current
WHERE is_taker_leg
GROUP BY token_id, market_id, day;

CREATE OR REPLACE VIEW market_volume_daily AS
SELECT
    market_id,
    toDate(timestamp) AS day,
    count() AS matches,
    sum(usd_amount) AS usd_volume
FROM trades_current
WHERE is_taker_leg AND market_id != ''
GROUP BY market_id, day;
