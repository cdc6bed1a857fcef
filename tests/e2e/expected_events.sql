-- What the table `polymarket_events` must hold, computed from the raw API records with ClickHouse's own JSON functions.
CREATE OR REPLACE TABLE truth.polymarket_events ENGINE = MergeTree ORDER BY id AS
SELECT
    JSONExtractString(record, 'id') AS id,
    JSONExtractString(record, 'slug') AS slug,
    JSONExtractString(record, 'ticker') AS ticker,
    JSONExtractString(record, 'title') AS title,
    JSONExtractString(record, 'description') AS description,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'createdAt'), 3, 'UTC') AS createdAt,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'startDate'), 3, 'UTC') AS startDate,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'endDate'), 3, 'UTC') AS endDate,
    arrayFilter(label -> label != '', arrayMap(tag -> if(JSONExtractString(tag, 'label') != '', JSONExtractString(tag, 'label'), JSONExtractString(tag, 'slug')), JSONExtractArrayRaw(record, 'tags'))) AS tags,
    JSONLength(record, 'markets') AS markets_count,
    JSONExtractBool(record, 'active') AS active,
    JSONExtractBool(record, 'closed') AS closed,
    JSONExtractBool(record, 'archived') AS archived,
    toFloat64OrZero(if(JSONType(record, 'volume') = 'String', JSONExtractString(record, 'volume'), JSONExtractRaw(record, 'volume'))) AS volume,
    toFloat64OrZero(if(JSONType(record, 'liquidity') = 'String', JSONExtractString(record, 'liquidity'), JSONExtractRaw(record, 'liquidity'))) AS liquidity,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'closedTime'), 3, 'UTC') AS closed_time,
    JSONExtractBool(record, 'negRisk') AS neg_risk,
    JSONExtractString(record, 'seriesSlug') AS series_slug,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'updatedAt'), 3, 'UTC') AS updated_at,
    replaceAll(JSONExtractRaw(record, 'parentEventId'), 'null', '') AS parent_event_id,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'startTime'), 3, 'UTC') AS start_time,
    toFloat64OrNull(if(JSONType(record, 'volume24hr') = 'String', JSONExtractString(record, 'volume24hr'), JSONExtractRaw(record, 'volume24hr'))) AS volume_24h,
    toUInt32(JSONExtractUInt(record, 'commentCount')) AS comment_count,
    JSONExtractString(record, 'icon') AS icon
FROM truth.raw_events;
