-- What the table `markets` must hold, computed from the raw API records a second way: with ClickHouse's own JSON functions.
-- truth.raw_markets has one record a row, and the parent event beside it.
CREATE OR REPLACE VIEW truth.markets AS
WITH
    JSONExtractString(record, 'umaResolutionStatus') AS uma_status,
    JSONExtractString(record, 'version') AS position_system,
    JSONExtract(JSONExtractString(record, 'outcomePrices'), 'Array(String)') AS price_texts
SELECT
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'createdAt'), 3, 'UTC') AS createdAt,
    JSONExtractString(record, 'id') AS id,
    JSONExtractString(record, 'question') AS question,
    outcomes[1] AS answer1,
    outcomes[2] AS answer2,
    JSONExtractBool(record, 'negRisk') AS neg_risk,
    JSONExtractString(record, 'slug') AS market_slug,
    tokens[1] AS token1,
    tokens[2] AS token2,
    JSONExtractString(record, 'conditionId') AS condition_id,
    toFloat64OrNull(if(JSONType(record, 'volume') = 'String', JSONExtractString(record, 'volume'), JSONExtractRaw(record, 'volume'))) AS volume,
    parent_ticker AS ticker,
    parent_slug AS event_slug,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'closedTime'), 3, 'UTC') AS closedTime,
    parent_id AS event_id,
    JSONExtractString(record, 'description') AS description,
    JSONExtract(JSONExtractString(record, 'outcomes'), 'Array(String)') AS outcomes,
    arrayMap(text -> toFloat64(text), price_texts) AS outcome_prices,
    if(position_system = 'v2',
       JSONExtract(record, 'positionIds', 'Array(String)'),
       JSONExtract(JSONExtractString(record, 'clobTokenIds'), 'Array(String)')) AS tokens,
    if(closed AND resolution_status IN ('', 'resolved', 'settled') AND length(outcome_prices) = length(outcomes)
           AND countEqual(outcome_prices, 1) = 1 AND countEqual(outcome_prices, 0) = length(outcomes) - 1,
       outcomes[indexOf(outcome_prices, 1)], '') AS winner,
    toFloat64OrNull(if(JSONType(record, 'liquidity') = 'String', JSONExtractString(record, 'liquidity'), JSONExtractRaw(record, 'liquidity'))) AS liquidity,
    JSONExtractBool(record, 'active') AS active,
    JSONExtractBool(record, 'closed') AS closed,
    JSONExtractBool(record, 'archived') AS archived,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'endDate'), 3, 'UTC') AS end_date,
    if(uma_status != '', uma_status, JSONExtractString(record, 'resolutionStatus')) AS resolution_status,
    parseDateTime64BestEffortOrNull(JSONExtractString(record, 'updatedAt'), 3, 'UTC') AS updated_at
FROM truth.raw_markets;
