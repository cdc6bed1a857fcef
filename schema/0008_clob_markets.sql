-- The markets of the CLOB's own listing, as polyhouse reconcile last read them; version is when that reading began.
CREATE TABLE IF NOT EXISTS clob_markets
(
    condition_id String,
    market_slug String,
    closed Bool,
    winner String,
    archived Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY condition_id
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each market once, at its newest version.
CREATE VIEW IF NOT EXISTS clob_markets_current AS
SELECT * FROM clob_markets FINAL;
