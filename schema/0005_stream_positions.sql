-- How far each consumer group has got: everything up to the entry high-low is stored and acknowledged. When Redis loses a group, it begins again from here.
CREATE TABLE IF NOT EXISTS stream_positions
(
    stream LowCardinality(String),
    consumer_group LowCardinality(String),
    high UInt64,
    low UInt64
)
ENGINE = ReplacingMergeTree(high)
ORDER BY (stream, consumer_group);
