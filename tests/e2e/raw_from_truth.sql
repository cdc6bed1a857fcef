-- The raw records that the simulator says it served, from the lines of its truth file in truth.input.
CREATE OR REPLACE TABLE truth.raw_events ENGINE = MergeTree ORDER BY tuple() AS
SELECT JSONExtractRaw(line, 'record') AS record
FROM truth.input
WHERE JSONExtractString(line, 'kind') = 'event';

CREATE OR REPLACE TABLE truth.raw_markets ENGINE = MergeTree ORDER BY tuple() AS
SELECT
    JSONExtractRaw(line, 'record') AS record,
    JSONExtractString(record, 'events', 1, 'id') AS parent_id,
    JSONExtractString(record, 'events', 1, 'slug') AS parent_slug,
    JSONExtractString(record, 'events', 1, 'ticker') AS parent_ticker
FROM truth.input
WHERE JSONExtractString(line, 'kind') = 'market';
