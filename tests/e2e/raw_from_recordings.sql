-- The raw records of the recordings, whose files are lines of truth.input: of an id recorded twice the one updated last, a market recorded on its own before one
-- that is nested in an event (which then is its parent).
CREATE OR REPLACE VIEW truth.recorded AS
SELECT
    folder,
    file,
    if(startsWith(trimLeft(text), '['), JSONExtractArrayRaw(text), [text]) AS records,
    json,
    position
FROM truth.input
ARRAY JOIN records AS json, arrayEnumerate(records) AS position;

CREATE OR REPLACE TABLE truth.raw_events ENGINE = MergeTree ORDER BY tuple() AS
SELECT json AS record
FROM truth.recorded
WHERE folder = 'gamma_events'
ORDER BY JSONExtractString(json, 'updatedAt') DESC, file DESC, position DESC
LIMIT 1 BY JSONExtractString(json, 'id')
SETTINGS max_threads = 1;

CREATE OR REPLACE TABLE truth.raw_markets ENGINE = MergeTree ORDER BY tuple() AS
WITH
    alone AS
    (
        SELECT
            arrayJoin(if(JSONHas(json, 'markets'), JSONExtractArrayRaw(json, 'markets'), [json])) AS record,
            JSONExtractString(record, 'events', 1, 'id') AS parent_id,
            JSONExtractString(record, 'events', 1, 'slug') AS parent_slug,
            JSONExtractString(record, 'events', 1, 'ticker') AS parent_ticker,
            file, 1 AS is_alone, position
        FROM truth.recorded
        WHERE folder = 'gamma_markets'
    ),
    nested AS
    (
        SELECT
            arrayJoin(JSONExtractArrayRaw(json, 'markets')) AS record,
            JSONExtractString(json, 'id') AS parent_id,
            JSONExtractString(json, 'slug') AS parent_slug,
            JSONExtractString(json, 'ticker') AS parent_ticker,
            file, 0 AS is_alone, position
        FROM truth.recorded
        WHERE folder = 'gamma_events'
    )
SELECT record, parent_id, parent_slug, parent_ticker
FROM (SELECT * FROM alone UNION ALL SELECT * FROM nested)
ORDER BY is_alone DESC, JSONExtractString(record, 'updatedAt') DESC, file DESC, position DESC
LIMIT 1 BY JSONExtractString(record, 'id')
SETTINGS max_threads = 1;
