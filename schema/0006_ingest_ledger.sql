-- One row per page fetched and stored: completeness is a query. Pages of the lanes that go round for ever are kept for 60 days, everything else for good, as is what became of a record (gone, gave_up).
CREATE TABLE IF NOT EXISTS ingest_ledger
(
    source LowCardinality(String),
    lane LowCardinality(String),
    walk String,
    `from` String,
    `to` String,
    first_id String,
    last_id String,
    rows UInt64,
    changed UInt64,
    bad UInt64,
    content_hash String,
    status LowCardinality(String),
    took_ms UInt64,
    fetched_at Nullable(DateTime64(3, 'UTC')),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (source, lane, walk, version)
TTL toDateTime(intDiv(version, 1000)) + INTERVAL 60 DAY DELETE WHERE lane IN ('discover', 'refresh', 'settle') AND status IN ('page', 'end')
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each page once.
CREATE VIEW IF NOT EXISTS ingest_ledger_current AS
SELECT * FROM ingest_ledger FINAL;
