-- What the table `polymarket_events` must hold, computed from the raw API records with ClickHouse's own JSON functions.
CREATE OR REPLACE TABLE truth.polymarket_events ENGINE = MergeTree ORDER BY id AS
WITH
    JSONExtract(record, 'Tuple(
        volume String, liquidity String, volume24hr String, id String, slug String, ticker String, title String,
        description String, createdAt String, startDate String, endDate String, closedTime String, seriesSlug String,
        updatedAt String, startTime String, icon String, active Bool, closed Bool, archived Bool, negRisk Bool,
        tags Array(Tuple(label String, slug String)), markets Array(Tuple(id String)), parentEventId String,
        commentCount UInt32
    )') AS json
SELECT
    json.id AS id,
    json.slug AS slug,
    json.ticker AS ticker,
    json.title AS title,
    json.description AS description,
    parseDateTime64BestEffortOrNull(json.createdAt, 3, 'UTC') AS createdAt,
    parseDateTime64BestEffortOrNull(json.startDate, 3, 'UTC') AS startDate,
    parseDateTime64BestEffortOrNull(json.endDate, 3, 'UTC') AS endDate,
    arrayFilter(label -> label != '', arrayMap(tag -> if(tag.label != '', tag.label, tag.slug), json.tags)) AS tags,
    length(json.markets) AS markets_count,
    json.active AS active,
    json.closed AS closed,
    json.archived AS archived,
    toFloat64OrZero(json.volume) AS volume,
    toFloat64OrZero(json.liquidity) AS liquidity,
    parseDateTime64BestEffortOrNull(json.closedTime, 3, 'UTC') AS closed_time,
    json.negRisk AS neg_risk,
    json.seriesSlug AS series_slug,
    parseDateTime64BestEffortOrNull(json.updatedAt, 3, 'UTC') AS updated_at,
    json.parentEventId AS parent_event_id,
    parseDateTime64BestEffortOrNull(json.startTime, 3, 'UTC') AS start_time,
    toFloat64OrNull(json.volume24hr) AS volume_24h,
    json.commentCount AS comment_count,
    json.icon AS icon
FROM truth.raw_events;
