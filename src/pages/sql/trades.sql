-- Matches, the newest first, each once for each order of a maker. They are looked for within `hours` before `before` (an id of this list), or before the newest of all; 0 hours are all of them.
WITH
    toUInt64OrZero(splitByChar('-', {before:String})[1]) AS before_block,
    toUInt32OrZero(splitByChar('-', {before:String})[2]) AS before_log,
    toUInt64OrZero(splitByChar('-', {after:String})[1]) AS after_block,
    toUInt32OrZero(splitByChar('-', {after:String})[2]) AS after_log,
    mine AS
    (
        SELECT token_id, outcome FROM market_tokens_current
        WHERE {market:String} != '' AND market_id = {market:String}
        UNION ALL
        SELECT token_id, outcome FROM market_tokens_current
        WHERE {event:String} != '' AND market_id GLOBAL IN (SELECT id FROM markets FINAL WHERE event_id = {event:String} OR event_slug = {event:String})
    ),
    (SELECT if({before:String} != '', (SELECT max(timestamp) FROM trades WHERE block_number = before_block), (SELECT max(timestamp) FROM trades WHERE ({market:String} = '' AND {event:String} = '') OR token_id GLOBAL IN (SELECT token_id FROM mine)))) AS upto,
    if({hours:UInt32} = 0, toDateTime64(0, 3, 'UTC'), ifNull(upto, toDateTime64(0, 3, 'UTC')) - toIntervalHour({hours:UInt32})) AS since,
    found AS
    (
        SELECT timestamp, block_number, log_index, market_id, outcome, taker_direction, maker_direction, price, token_amount, usd_amount, maker, taker, transactionHash, match_type
        FROM trades_current
        WHERE NOT is_taker_leg AND timestamp >= since
            AND (({market:String} = '' AND {event:String} = '') OR token_id GLOBAL IN (SELECT token_id FROM mine))
            AND ({wallet:String} = '' OR maker = lower({wallet:String}) OR taker = lower({wallet:String}))
            AND ({outcome:String} = '' OR outcome = {outcome:String})
            AND ({side:String} = '' OR lower(taker_direction) = {side:String})
            AND usd_amount >= toDecimal64({min_usd:Float64}, 6)
            AND ({before:String} = '' OR (block_number, log_index) < (before_block, before_log))
            AND ({after:String} = '' OR (block_number, log_index) > (after_block, after_log))
        ORDER BY block_number DESC, log_index DESC
        LIMIT {limit:UInt32}
    ),
    named AS (SELECT id, question FROM markets FINAL WHERE id GLOBAL IN (SELECT market_id FROM found))
SELECT
    tuple(
        arrayMap(one -> one.2, arrayReverseSort(groupArray(((found.block_number, found.log_index), (
            concat(toString(found.block_number), '-', toString(found.log_index)), toFloat64(toUnixTimestamp64Milli(found.timestamp)),
            nullIf(found.market_id, ''), nullIf(named.question, ''), nullIf(found.outcome, ''), if(found.taker_direction = 'SELL', 'sell', 'buy'),
            found.price, toFloat64(found.token_amount), toFloat64(found.usd_amount), found.maker, found.taker, found.transactionHash))))) AS rows,
        if({hours:UInt32} = 0, NULL, since) AS looked_back_to) AS data,
    if(count() < {limit:UInt32}, NULL, concat(toString(min((found.block_number, found.log_index)).1), '-', toString(min((found.block_number, found.log_index)).2))) AS next
FROM found
LEFT JOIN named ON found.market_id = named.id
