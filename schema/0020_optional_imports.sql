-- What files say is part of the answers (0017), too. It is computed when it is asked, also where the chain's trades are kept ready: what yields to the chain says nothing of itself but its place.
CREATE OR REPLACE VIEW trades_latest AS
SELECT {{columns of trades}}, false AS of_file FROM trades FINAL
UNION ALL
SELECT
    timestamp, market_id, maker, taker, nonusdc_side, maker_direction, taker_direction, price, usd_amount, token_amount, transactionHash,
    toUInt32(bitOr(bitAnd(row_hash, 2147483647), 2147483648)) AS log_index, token_id, condition_id, outcome,
    toDecimal64(0, 6) AS fee, '' AS fee_asset, exchange, generation, is_taker_leg, match_type,
    toUInt64(0) AS block_number, '' AS order_hash, '' AS builder, removed, version, true AS of_file
FROM imported_trades FINAL;
