-- What checks have found, the newest fifty of each sort; what is wrong first in words, as the report has it.
SELECT if(startsWith(name, 'reconcile'), 'reconcile', 'verify') AS sort,
    toJSONString(groupArray(CAST((at, if(wrong = 0, 'good', 'bad'), what, toUInt32(least(wrong, 4000000000)), note), 'Tuple(at String, state String, what String, differences UInt32, note String)'))) AS runs
FROM
(
    SELECT name, wrong, replaceOne(toString(ended_at), ' ', 'T') || 'Z' AS at,
        if(name = 'proof', 'proof of the backfill', name) || if(repaired, ', repaired' , '') AS what,
        if(wrong = 0, 'took ' || toString(round(took_ms / 1000, 1)) || ' s', replaceRegexpAll(splitByChar('\n', report)[2], ' +', ' ')) AS note
    FROM check_runs_current
    ORDER BY ended_at DESC
    LIMIT 50 BY startsWith(name, 'reconcile')
)
GROUP BY sort
