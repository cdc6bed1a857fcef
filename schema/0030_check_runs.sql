-- What each run of polyhouse verify and reconcile, and of the proof at a backfill's end, has found, when it came to its end. repaired: what was wrong was mended first, and what is told is of afterwards. report: as the command says it, of each kind the first twenty.
CREATE TABLE IF NOT EXISTS check_runs
(
    name LowCardinality(String),
    ended_at DateTime64(3, 'UTC'),
    took_ms UInt64,
    repaired Bool,
    wrong UInt64,
    notes UInt64,
    report String,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (name, ended_at)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each run once.
CREATE VIEW IF NOT EXISTS check_runs_current AS
SELECT * FROM check_runs FINAL;
