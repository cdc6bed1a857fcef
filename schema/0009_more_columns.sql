-- More of what the API says of markets. Rows stored before have the default until the record is fetched again; version stays the last column.
ALTER TABLE markets_versions
    ADD COLUMN IF NOT EXISTS start_date Nullable(DateTime64(3, 'UTC')) AFTER updated_at,
    ADD COLUMN IF NOT EXISTS group_item_title String AFTER start_date,
    ADD COLUMN IF NOT EXISTS question_id String AFTER group_item_title,
    ADD COLUMN IF NOT EXISTS neg_risk_market_id String AFTER question_id,
    ADD COLUMN IF NOT EXISTS resolution_source String AFTER neg_risk_market_id,
    ADD COLUMN IF NOT EXISTS last_trade_price Nullable(Float64) AFTER resolution_source,
    ADD COLUMN IF NOT EXISTS best_bid Nullable(Float64) AFTER last_trade_price,
    ADD COLUMN IF NOT EXISTS best_ask Nullable(Float64) AFTER best_bid,
    ADD COLUMN IF NOT EXISTS spread Nullable(Float64) AFTER best_ask,
    ADD COLUMN IF NOT EXISTS volume_24h Nullable(Float64) AFTER spread,
    ADD COLUMN IF NOT EXISTS tick_size Nullable(Float64) AFTER volume_24h,
    ADD COLUMN IF NOT EXISTS min_order_size Nullable(Float64) AFTER tick_size,
    ADD COLUMN IF NOT EXISTS accepting_orders Bool AFTER min_order_size,
    ADD COLUMN IF NOT EXISTS fee_rate Nullable(Float64) AFTER accepting_orders,
    ADD COLUMN IF NOT EXISTS icon String AFTER fee_rate,
    ADD COLUMN IF NOT EXISTS protocol LowCardinality(String) AFTER icon,
    ADD COLUMN IF NOT EXISTS position_ids Array(String) AFTER protocol,
    ADD COLUMN IF NOT EXISTS event_ids Array(String) DEFAULT if(event_id = '', [], [event_id]) AFTER position_ids,
    ADD COLUMN IF NOT EXISTS winner_index Int32 DEFAULT if(winner != '' AND countEqual(outcomes, winner) = 1, toInt32(indexOf(outcomes, winner)) - 1, -1) AFTER event_ids;

ALTER TABLE markets
    ADD COLUMN IF NOT EXISTS start_date Nullable(DateTime64(3, 'UTC')) AFTER updated_at,
    ADD COLUMN IF NOT EXISTS group_item_title String AFTER start_date,
    ADD COLUMN IF NOT EXISTS question_id String AFTER group_item_title,
    ADD COLUMN IF NOT EXISTS neg_risk_market_id String AFTER question_id,
    ADD COLUMN IF NOT EXISTS resolution_source String AFTER neg_risk_market_id,
    ADD COLUMN IF NOT EXISTS last_trade_price Nullable(Float64) AFTER resolution_source,
    ADD COLUMN IF NOT EXISTS best_bid Nullable(Float64) AFTER last_trade_price,
    ADD COLUMN IF NOT EXISTS best_ask Nullable(Float64) AFTER best_bid,
    ADD COLUMN IF NOT EXISTS spread Nullable(Float64) AFTER best_ask,
    ADD COLUMN IF NOT EXISTS volume_24h Nullable(Float64) AFTER spread,
    ADD COLUMN IF NOT EXISTS tick_size Nullable(Float64) AFTER volume_24h,
    ADD COLUMN IF NOT EXISTS min_order_size Nullable(Float64) AFTER tick_size,
    ADD COLUMN IF NOT EXISTS accepting_orders Bool AFTER min_order_size,
    ADD COLUMN IF NOT EXISTS fee_rate Nullable(Float64) AFTER accepting_orders,
    ADD COLUMN IF NOT EXISTS icon String AFTER fee_rate,
    ADD COLUMN IF NOT EXISTS protocol LowCardinality(String) AFTER icon,
    ADD COLUMN IF NOT EXISTS position_ids Array(String) AFTER protocol,
    ADD COLUMN IF NOT EXISTS event_ids Array(String) DEFAULT if(event_id = '', [], [event_id]) AFTER position_ids,
    ADD COLUMN IF NOT EXISTS winner_index Int32 DEFAULT if(winner != '' AND countEqual(outcomes, winner) = 1, toInt32(indexOf(outcomes, winner)) - 1, -1) AFTER event_ids;

-- And of events.
ALTER TABLE polymarket_events_versions
    ADD COLUMN IF NOT EXISTS parent_event_id String AFTER updated_at,
    ADD COLUMN IF NOT EXISTS start_time Nullable(DateTime64(3, 'UTC')) AFTER parent_event_id,
    ADD COLUMN IF NOT EXISTS volume_24h Nullable(Float64) AFTER start_time,
    ADD COLUMN IF NOT EXISTS comment_count UInt32 AFTER volume_24h,
    ADD COLUMN IF NOT EXISTS icon String AFTER comment_count;

ALTER TABLE polymarket_events
    ADD COLUMN IF NOT EXISTS parent_event_id String AFTER updated_at,
    ADD COLUMN IF NOT EXISTS start_time Nullable(DateTime64(3, 'UTC')) AFTER parent_event_id,
    ADD COLUMN IF NOT EXISTS volume_24h Nullable(Float64) AFTER start_time,
    ADD COLUMN IF NOT EXISTS comment_count UInt32 AFTER volume_24h,
    ADD COLUMN IF NOT EXISTS icon String AFTER comment_count;

-- What feeds the history, with the new columns.
ALTER TABLE markets_versions_feed
MODIFY QUERY SELECT {{columns of markets}}
FROM markets;

ALTER TABLE polymarket_events_versions_feed
MODIFY QUERY SELECT {{columns of polymarket_events}}
FROM polymarket_events;

-- A view made with * keeps the columns of that day: from here on views name theirs.
CREATE OR REPLACE VIEW markets_current AS
SELECT {{columns of markets}} FROM markets FINAL;

CREATE OR REPLACE VIEW polymarket_events_current AS
SELECT {{columns of polymarket_events}} FROM polymarket_events ORDER BY version DESC LIMIT 1 BY id;

CREATE OR REPLACE VIEW trades_current AS
SELECT {{columns of trades}} FROM trades FINAL;

CREATE OR REPLACE VIEW ingest_ledger_current AS
SELECT {{columns of ingest_ledger}} FROM ingest_ledger FINAL;

CREATE OR REPLACE VIEW clob_markets_current AS
SELECT {{columns of clob_markets}} FROM clob_markets FINAL;

-- Every market with its event, one row a market; event columns are empty when the event is not there (yet). By the event's id: slugs are edited, and a
-- settled market keeps the one it had. By the slug only where a row has no event id, as rows of an older pipeline have none; of several events with
-- one slug an open one, then the newest.
CREATE OR REPLACE VIEW markets_with_events AS
SELECT
    {{columns of markets as m}},
    if(m.event_id != '', by_id.title, by_slug.title) AS event_title,
    if(m.event_id != '', by_id.tags, by_slug.tags) AS event_tags,
    if(m.event_id != '', by_id.markets_count, by_slug.markets_count) AS event_markets_count,
    if(m.event_id != '', by_id.volume, by_slug.volume) AS event_volume,
    if(m.event_id != '', by_id.series_slug, by_slug.series_slug) AS event_series_slug,
    if(m.event_id != '', by_id.closed, by_slug.closed) AS event_closed,
    if(m.event_id != '', by_id.slug, by_slug.slug) AS event_current_slug
FROM markets_current AS m
LEFT ANY JOIN polymarket_events_current AS by_id ON m.event_id = by_id.id
LEFT ANY JOIN
(
    SELECT * FROM polymarket_events_current WHERE slug != '' ORDER BY closed, version DESC LIMIT 1 BY slug
) AS by_slug ON m.event_slug = by_slug.slug;

-- One row per change of a market: it was so from valid_from until just before valid_to.
CREATE OR REPLACE VIEW markets_history AS
SELECT
    fromUnixTimestamp64Milli(toInt64(version), 'UTC') AS valid_from,
    if(next_version = 0, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'), fromUnixTimestamp64Milli(toInt64(next_version), 'UTC')) AS valid_to,
    if(empty(hashes_before), [], arrayFilter((name, hash, before) -> hash != before, [{{names of markets_versions}}], hashes, hashes_before)) AS changed,
    {{columns of markets_versions}}
FROM
(
    SELECT *, leadInFrame(version) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_version
    FROM
    (
        SELECT *, lagInFrame(hashes) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS hashes_before
        FROM
        (
            SELECT *, [{{hashes of markets_versions}}] AS hashes
            FROM markets_versions
        )
    )
    WHERE hashes != hashes_before
);

-- The same of events.
CREATE OR REPLACE VIEW events_history AS
SELECT
    fromUnixTimestamp64Milli(toInt64(version), 'UTC') AS valid_from,
    if(next_version = 0, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'), fromUnixTimestamp64Milli(toInt64(next_version), 'UTC')) AS valid_to,
    if(empty(hashes_before), [], arrayFilter((name, hash, before) -> hash != before, [{{names of polymarket_events_versions}}], hashes, hashes_before)) AS changed,
    {{columns of polymarket_events_versions}}
FROM
(
    SELECT *, leadInFrame(version) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_version
    FROM
    (
        SELECT *, lagInFrame(hashes) OVER (PARTITION BY id ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS hashes_before
        FROM
        (
            SELECT *, [{{hashes of polymarket_events_versions}}] AS hashes
            FROM polymarket_events_versions
        )
    )
    WHERE hashes != hashes_before
);
