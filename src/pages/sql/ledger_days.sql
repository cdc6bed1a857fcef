-- What each source has brought on each day of the last two months, and the pages or ranges that were found wanting.
SELECT source, toJSONString(groupArray(CAST((toString(day), 1., toUInt32(rows), toUInt32(bad)), 'Tuple(day String, part Float64, rows UInt32, holes UInt32)'))) AS days
FROM
(
    SELECT source, toDate(fetched_at) AS day, sum(entries.rows) AS rows, sum(entries.bad) AS bad
    FROM ingest_ledger_current AS entries
    WHERE fetched_at > now() - INTERVAL 60 DAY
    GROUP BY source, day
    ORDER BY source, day
)
GROUP BY source
ORDER BY source
