-- What a source has brought on one day, page by page, the newest first.
WITH shown AS
(
    SELECT fetched_at, source, lane, walk, status, `from`, `to`, rows
    FROM ingest_ledger_current
    WHERE (source = {source:String} OR endsWith(source, concat('/', {source:String}))) AND toString(toDate(fetched_at)) = {day:String}
    ORDER BY fetched_at DESC
    LIMIT 200
)
SELECT
    groupArray(tuple(fetched_at AS at, source, concat(lane, ', ', status) AS what, `from`, `to`, toUInt32(rows) AS rows)) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM shown
