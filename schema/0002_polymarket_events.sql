-- One row per event and fetch in which it differed; the newest version wins. The request fixed the first 15 columns and the key.
CREATE TABLE IF NOT EXISTS polymarket_events
(
    id String,
    slug String,
    ticker String,
    title String,
    description String CODEC(ZSTD(1)),
    createdAt Nullable(DateTime64(3, 'UTC')),
    startDate Nullable(DateTime64(3, 'UTC')),
    endDate Nullable(DateTime64(3, 'UTC')),
    tags Array(LowCardinality(String)),
    markets_count UInt32,
    active Bool,
    closed Bool,
    archived Bool,
    volume Float64,
    liquidity Float64,
    closed_time Nullable(DateTime64(3, 'UTC')),
    neg_risk Bool,
    series_slug String,
    updated_at Nullable(DateTime64(3, 'UTC')),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (slug, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each event once, at its newest version. By id, not by the table's key: an event whose slug was edited has rows under both.
CREATE VIEW IF NOT EXISTS polymarket_events_current AS
SELECT * FROM polymarket_events ORDER BY version DESC LIMIT 1 BY id;
