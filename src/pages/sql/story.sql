-- What changed of a market when, the newest first: what people decide about it, not the prices and volumes that change all the time.
WITH
    versions AS
    (
        SELECT
            version,
            arrayMap(one -> (one.1, if(one.2 = 'ᴺᵁᴸᴸ', '', one.2)), [
                ('question', question), ('description', description), ('market_slug', market_slug), ('event_id', event_id),
                ('closed', if(closed, 'yes', 'no')), ('active', if(active, 'yes', 'no')), ('archived', if(archived, 'yes', 'no')), ('accepting_orders', if(accepting_orders, 'yes', 'no')),
                ('end_date', ifNull(toString(end_date), '')), ('start_date', ifNull(toString(start_date), '')), ('closedTime', ifNull(toString(closedTime), '')),
                ('resolution_status', toString(resolution_status)), ('winner', winner), ('resolution_source', resolution_source),
                ('tick_size', ifNull(toString(tick_size), '')), ('fee_rate', ifNull(toString(fee_rate), ''))]) AS fields
        FROM markets_versions FINAL
        WHERE id = {id:String}
    ),
    changes AS
    (
        SELECT version, arrayJoin(arrayFilter(one -> one.2 != one.3, arrayMap((now, before) -> (now.1, before.2, now.2), fields, fields_before))) AS change
        FROM
        (
            SELECT version, fields, lagInFrame(fields, 1, []) OVER (ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS fields_before
            FROM versions
        )
        WHERE notEmpty(fields_before)
    ),
    shown AS
    (
        SELECT version, change FROM changes
        WHERE {cursor:String} = '' OR version < toUInt64OrZero({cursor:String})
        ORDER BY version DESC
        LIMIT 100 WITH TIES
    )
SELECT
    groupArray(tuple(fromUnixTimestamp64Milli(toInt64(version), 'UTC') AS at, change.1 AS changed, nullIf(left(change.2, 2000), '') AS `from`, nullIf(left(change.3, 2000), '') AS `to`)) AS data,
    if(count() < 100, NULL, toString(min(version))) AS next
FROM (SELECT * FROM shown ORDER BY version DESC, change.1)
