-- What each source has brought on each day of the last two months, beside its busiest day, and the records that could not be read.
SELECT source, toJSONString(groupArray(CAST((toString(day), rows / greatest(most, 1), toUInt32(rows), toUInt32(bad)), 'Tuple(day String, part Float64, rows UInt32, holes UInt32)'))) AS days
FROM
(
    SELECT source, toDate(fetched_at) AS day, max(sum(entries.rows)) OVER (PARTITION BY source) AS most, sum(entries.rows) AS rows, sum(entries.bad) AS bad
    FROM ingest_ledger_current AS entries
    WHERE fetched_at > now() - INTERVAL 60 DAY
    GROUP BY source, day
    ORDER BY source, day
)
GROUP BY source
ORDER BY source
