-- The trades once more, in order of wallets: for those who ask by wallet, and have room for it.
CREATE TABLE IF NOT EXISTS trades_by_wallet AS trades
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (maker, timestamp, transactionHash, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS trades_by_wallet_feed TO trades_by_wallet AS
SELECT * FROM trades;

CREATE OR REPLACE VIEW trades_by_wallet_current AS
SELECT {{columns of trades_by_wallet}} FROM trades_by_wallet FINAL WHERE NOT removed
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- What is there already. Small blocks: the built-in database may have little memory.
INSERT INTO trades_by_wallet SELECT * FROM trades
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;
