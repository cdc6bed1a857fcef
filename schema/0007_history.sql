-- Every version of every market and event that was stored, once. Fed by the inserts into markets and polymarket_events; a retried insert fills it up.
CREATE TABLE IF NOT EXISTS markets_versions AS markets
ENGINE = ReplacingMergeTree(version)
ORDER BY (id, version)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS markets_versions_feed TO markets_versions AS
SELECT * FROM markets;

-- What is there already. Small blocks: the built-in database may have little memory.
INSERT INTO markets_versions SELECT * FROM markets
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

-- One row per change of a market: it was so from valid_from until just before valid_to. `valid_from <= T AND T < valid_to` is what was known at T.
CREATE VIEW IF NOT EXISTS markets_history AS
SELECT
    fromUnixTimestamp64Milli(toInt64(version), 'UTC') AS valid_from,
    if(next_version = 0, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'), fromUnixTimestamp64Milli(toInt64(next_version), 'UTC')) AS valid_to,
    if(empty(hashes_before), [], arrayFilter((name, hash, before) -> hash != before, [
        'createdAt', 'question', 'answer1', 'answer2', 'neg_risk', 'market_slug', 'token1', 'token2', 'condition_id', 'volume', 'ticker',
        'event_slug', 'closedTime', 'event_id', 'description', 'outcomes', 'outcome_prices', 'tokens', 'winner', 'liquidity', 'active',
        'closed', 'archived', 'end_date', 'resolution_status', 'updated_at'],
        hashes, hashes_before)) AS changed,
    * EXCEPT (hashes, hashes_before, next_version)
FROM
(
    SELECT *, leadInFrame(version) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_version
    FROM
    (
        SELECT *, lagInFrame(hashes) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS hashes_before
        FROM
        (
            SELECT *, [
                cityHash64(ifNull(toString(createdAt), '')), cityHash64(question), cityHash64(answer1), cityHash64(answer2), cityHash64(neg_risk),
                cityHash64(market_slug), cityHash64(token1), cityHash64(token2), cityHash64(condition_id),
                cityHash64(ifNull(toString(volume), '')), cityHash64(ticker), cityHash64(event_slug), cityHash64(ifNull(toString(closedTime), '')),
                cityHash64(event_id), cityHash64(description), cityHash64(outcomes), cityHash64(outcome_prices), cityHash64(tokens),
                cityHash64(winner), cityHash64(ifNull(toString(liquidity), '')), cityHash64(active), cityHash64(closed), cityHash64(archived),
                cityHash64(ifNull(toString(end_date), '')), cityHash64(resolution_status), cityHash64(ifNull(toString(updated_at), ''))] AS hashes
            FROM markets_versions
        )
    )
    WHERE hashes != hashes_before
);

-- The same of events.
CREATE TABLE IF NOT EXISTS polymarket_events_versions AS polymarket_events
ENGINE = ReplacingMergeTree(version)
ORDER BY (id, version)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS polymarket_events_versions_feed TO polymarket_events_versions AS
SELECT * FROM polymarket_events;

-- What is there already. Small blocks: the built-in database may have little memory.
INSERT INTO polymarket_events_versions SELECT * FROM polymarket_events
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

-- One row per change of an event: it was so from valid_from until just before valid_to. `valid_from <= T AND T < valid_to` is what was known at T.
CREATE VIEW IF NOT EXISTS events_history AS
SELECT
    fromUnixTimestamp64Milli(toInt64(version), 'UTC') AS valid_from,
    if(next_version = 0, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'), fromUnixTimestamp64Milli(toInt64(next_version), 'UTC')) AS valid_to,
    if(empty(hashes_before), [], arrayFilter((name, hash, before) -> hash != before, [
        'slug', 'ticker', 'title', 'description', 'createdAt', 'startDate', 'endDate', 'tags', 'markets_count', 'active', 'closed',
        'archived', 'volume', 'liquidity', 'closed_time', 'neg_risk', 'series_slug', 'updated_at'],
        hashes, hashes_before)) AS changed,
    * EXCEPT (hashes, hashes_before, next_version)
FROM
(
    SELECT *, leadInFrame(version) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_version
    FROM
    (
        SELECT *, lagInFrame(hashes) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS hashes_before
        FROM
        (
            SELECT *, [
                cityHash64(slug), cityHash64(ticker), cityHash64(title), cityHash64(description), cityHash64(ifNull(toString(createdAt), '')),
                cityHash64(ifNull(toString(startDate), '')), cityHash64(ifNull(toString(endDate), '')), cityHash64(tags),
                cityHash64(markets_count), cityHash64(active), cityHash64(closed), cityHash64(archived), cityHash64(volume), cityHash64(liquidity),
                cityHash64(ifNull(toString(closed_time), '')), cityHash64(neg_risk), cityHash64(series_slug),
                cityHash64(ifNull(toString(updated_at), ''))] AS hashes
            FROM polymarket_events_versions
        )
    )
    WHERE hashes != hashes_before
);
