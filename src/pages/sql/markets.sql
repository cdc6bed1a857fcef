WITH
    -- What is asked for, and where each market stands in the order: the largest first.
    matching AS
    (
        SELECT
            *,
            multiIf(
                {sort:String} = 'volume', ifNull(volume, -1.),
                {sort:String} = 'volume24h', ifNull(volume_24h, -1.),
                {sort:String} = 'liquidity', ifNull(liquidity, -1.),
                {sort:String} = 'end', -ifNull(toFloat64(toUnixTimestamp64Milli(end_date)), 1e15),
                ifNull(toFloat64(toUnixTimestamp64Milli(createdAt)), -1.)) AS place
        FROM markets FINAL
        WHERE ({state:String} = 'all' OR closed = ({state:String} = 'closed'))
            AND ({event:String} = '' OR event_id = {event:String} OR event_slug = {event:String})
            AND ({tag:String} = '' OR event_id GLOBAL IN (SELECT id FROM polymarket_events WHERE has(tags, {tag:String})))
            AND ({q:String} = '' OR positionCaseInsensitiveUTF8(question, {q:String}) > 0 OR positionCaseInsensitiveUTF8(market_slug, {q:String}) > 0 OR positionCaseInsensitiveUTF8(event_slug, {q:String}) > 0
                OR event_id GLOBAL IN (SELECT id FROM polymarket_events WHERE arrayExists(one -> lower(one) = lower({q:String}), tags)))
    ),
    chosen AS
    (
        SELECT * FROM matching
        WHERE {cursor:String} = '' OR (place, id) < (toFloat64OrZero(splitByChar('_', {cursor:String})[1]), splitByChar('_', {cursor:String})[2])
        ORDER BY place DESC, id DESC
        LIMIT 100
    ),
    shown AS ({{market_rows}} ORDER BY place DESC, id DESC)
SELECT
    tuple(groupArray({{market_tuple}}) AS rows, (SELECT toUInt32(count()) FROM matching) AS found) AS data,
    if(count() < 100, NULL, concat(toString(argMin(place, (place, id))), '_', argMin(id, (place, id)))) AS next
FROM shown
