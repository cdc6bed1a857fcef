-- Each market together with its event: what people mostly ask for, without a join. Columns of the market have the names that they have in markets;
-- version is the sum of market_version and event_version, so that whatever is newer in either makes the row newer.
CREATE TABLE IF NOT EXISTS markets_enriched
(
    id String,
    question String,
    market_slug String,
    condition_id String,
    event_id String,
    event_slug String,
    event_title String CODEC(ZSTD(1)),
    event_tags Array(LowCardinality(String)),
    event_series_slug String CODEC(ZSTD(1)),
    event_end_date Nullable(DateTime64(3, 'UTC')),
    group_item_title String,
    outcomes Array(String),
    outcome_prices Array(Float64),
    tokens Array(String) CODEC(ZSTD(1)),
    winner String,
    winner_index Int32,
    volume Nullable(Float64),
    volume_24h Nullable(Float64),
    liquidity Nullable(Float64),
    last_trade_price Nullable(Float64),
    best_bid Nullable(Float64),
    best_ask Nullable(Float64),
    active Bool,
    closed Bool,
    archived Bool,
    accepting_orders Bool,
    neg_risk Bool,
    resolution_status LowCardinality(String),
    createdAt Nullable(DateTime64(3, 'UTC')),
    start_date Nullable(DateTime64(3, 'UTC')),
    end_date Nullable(DateTime64(3, 'UTC')),
    closedTime Nullable(DateTime64(3, 'UTC')),
    updated_at Nullable(DateTime64(3, 'UTC')),
    fee_rate Nullable(Float64),
    market_version UInt64,
    event_version UInt64,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each market once, as last seen, with its event as last seen; its columns are empty while the event is not there.
CREATE OR REPLACE VIEW markets_enriched_current AS
SELECT {{columns of markets_enriched}} FROM markets_enriched FINAL;

-- dictGet('events', 'title', event_id). Loaded when it is first asked, again every five minutes from then on. It is read as the user "default" of this
-- server and from this server: no password stands here (docs/enrichment.md).
CREATE DICTIONARY IF NOT EXISTS events
(
    id String,
    slug String,
    title String,
    tags Array(String),
    series_slug String,
    closed Bool,
    endDate Nullable(DateTime64(3, 'UTC')),
    volume Float64
)
PRIMARY KEY id
SOURCE(CLICKHOUSE(HOST '127.0.0.1' TABLE 'polymarket_events_current'))
LAYOUT(COMPLEX_KEY_HASHED_ARRAY())
LIFETIME(MIN 240 MAX 300);
