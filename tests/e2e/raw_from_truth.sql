-- The raw records that the simulator says it served, from the lines of its truth file in truth.input.
CREATE OR REPLACE VIEW truth.raw_events AS
SELECT record
FROM truth.input
WHERE kind = 'event';

CREATE OR REPLACE VIEW truth.raw_markets AS
WITH JSONExtract(record, 'events', 1, 'Tuple(id String, slug String, ticker String)') AS parent
SELECT
    record,
    parent.id AS parent_id,
    parent.slug AS parent_slug,
    parent.ticker AS parent_ticker
FROM truth.input
WHERE kind = 'market';
