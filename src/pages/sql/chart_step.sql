-- The length of a step in seconds, so that the trades of `traded` fill no more than `points` of them.
(SELECT max(timestamp) - min(timestamp) FROM traded) AS seconds,
    arrayFirst(one -> one * {points:UInt64} >= toFloat64(seconds), [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 604800, 2592000]) AS fitting,
    toUInt32(if(fitting = 0, 31536000, fitting)) AS step
