-- What order_fills and trades must hold, from what the simulator says of its chain: one row of truth.input a fill, with what its trade must be.
CREATE OR REPLACE TABLE truth.fills ENGINE = MergeTree ORDER BY (block_number, log_index) AS
SELECT * REPLACE (toDateTime64(block_time, 3, 'UTC') AS block_time, if(match(builder, '^0x0+$'), '', builder) AS builder)
FROM truth.input;

CREATE OR REPLACE VIEW truth.order_fills AS
SELECT block_number, block_time, transaction_hash, log_index, exchange, generation, order_hash, maker, taker, maker_asset_id, taker_asset_id, maker_amount, taker_amount, fee, builder
FROM truth.fills;

CREATE OR REPLACE VIEW truth.trades AS
WITH
    f.maker_asset_id != '0' AND f.taker_asset_id != '0' AS of_tokens,
    multiIf(f.maker_asset_id = '0', f.maker_amount, f.taker_asset_id = '0', f.taker_amount, toUInt256(0)) AS usd,
    if(f.maker_asset_id = '0', f.taker_amount, f.maker_amount) AS tokens
SELECT
    f.block_time AS timestamp,
    if(of_tokens, '', f.market_id) AS market_id,
    f.maker AS maker,
    f.taker AS taker,
    if(of_tokens, '', if(f.market_id = '', '', f.nonusdc_side)) AS nonusdc_side,
    f.maker_direction AS maker_direction,
    f.taker_direction AS taker_direction,
    if(tokens = 0 OR of_tokens, NULL, toFloat64(usd) / toFloat64(tokens)) AS price,
    toDecimal64(concat(toString(intDiv(usd, 1000000)), '.', leftPad(toString(usd % 1000000), 6, '0')), 6) AS usd_amount,
    toDecimal64(concat(toString(intDiv(tokens, 1000000)), '.', leftPad(toString(tokens % 1000000), 6, '0')), 6) AS token_amount,
    f.transaction_hash AS transactionHash,
    f.log_index AS log_index,
    if(f.maker_asset_id = '0', f.taker_asset_id, f.maker_asset_id) AS token_id,
    if(of_tokens, '', if(f.market_id = '', '', f.condition_id)) AS condition_id,
    if(of_tokens, '', if(f.market_id = '', '', f.outcome)) AS outcome,
    toDecimal64(concat(toString(intDiv(f.fee, 1000000)), '.', leftPad(toString(f.fee % 1000000), 6, '0')), 6) AS fee,
    f.fee_asset AS fee_asset,
    f.exchange AS exchange,
    f.generation AS generation,
    f.is_taker_leg AS is_taker_leg,
    f.match_type AS match_type,
    f.block_number AS block_number,
    f.order_hash AS order_hash,
    f.builder AS builder
FROM truth.fills AS f;
