-- Each address that has traded: whether it is a contract, and how many transactions it has sent. Filled where addresses.enabled says so, or by
-- polyhouse process addresses. An address is asked for once: what stands here is what it was then.
CREATE TABLE IF NOT EXISTS addresses
(
    address String CODEC(ZSTD(1)),
    is_contract Bool,
    code_size UInt32 CODEC(ZSTD(1)),
    transaction_count UInt64 CODEC(ZSTD(1)),
    block_number UInt64 CODEC(ZSTD(1)),
    checked_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    version UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY address
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each address once, as last seen.
CREATE OR REPLACE VIEW addresses_current AS
SELECT {{columns of addresses}} FROM addresses FINAL;
