-- What was done with tokens besides trades: one row per log of the contracts that make and end positions (docs/actions.md). Filled where actions.enabled says so, or by
-- polyhouse ingest actions. A condition's actions stand together.
CREATE TABLE IF NOT EXISTS token_actions
(
    block_number UInt64 CODEC(Delta, ZSTD(1)),
    block_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    transaction_hash String CODEC(ZSTD(1)),
    log_index UInt32 CODEC(Delta, ZSTD(1)),
    contract LowCardinality(String),
    action LowCardinality(String),
    wallet String CODEC(ZSTD(1)),
    wallet_kind LowCardinality(String),
    condition_id String CODEC(ZSTD(1)),
    neg_risk_market_id String CODEC(ZSTD(1)),
    question_id String CODEC(ZSTD(1)),
    parent_collection String CODEC(ZSTD(1)),
    collateral LowCardinality(String),
    index_sets Array(UInt256) CODEC(ZSTD(1)),
    amounts Array(UInt256) CODEC(ZSTD(1)),
    amount UInt256 CODEC(ZSTD(1)),
    removed Bool,
    version UInt64 CODEC(Delta, ZSTD(1)),
    INDEX wallets wallet TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY intDiv(block_number, 2000000)
ORDER BY (condition_id, block_number, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each log once; those that the chain has taken back are not shown.
CREATE OR REPLACE VIEW token_actions_current AS
SELECT {{columns of token_actions}} FROM token_actions FINAL WHERE NOT removed
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- How conditions were resolved, as the chain has it: what counts where others differ.
CREATE TABLE IF NOT EXISTS resolutions
(
    condition_id String CODEC(ZSTD(1)),
    question_id String CODEC(ZSTD(1)),
    oracle String CODEC(ZSTD(1)),
    payout_numerators Array(UInt256) CODEC(ZSTD(1)),
    resolved_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    block_number UInt64 CODEC(ZSTD(1)),
    log_index UInt32 CODEC(ZSTD(1)),
    transaction_hash String CODEC(ZSTD(1)),
    removed Bool,
    version UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (condition_id, block_number, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS resolutions_feed TO resolutions AS
SELECT condition_id, question_id, wallet AS oracle, amounts AS payout_numerators, block_time AS resolved_at, block_number, log_index, transaction_hash, removed, version
FROM token_actions
WHERE action = 'resolve';

-- Each resolution once. payouts are what a share of each outcome has paid, and come to 1.
CREATE OR REPLACE VIEW resolutions_current AS
SELECT {{columns of resolutions}}, arrayMap(each -> toFloat64(each) / arraySum(arrayMap(n -> toFloat64(n), payout_numerators)), payout_numerators) AS payouts
FROM resolutions FINAL
WHERE NOT removed;

-- The tokens of each condition of the first contracts (ConditionalTokens); question_index is the place of a market among those of its event where one alone can win.
CREATE OR REPLACE VIEW condition_tokens AS
SELECT condition_id, id AS market_id, event_id, lower(neg_risk_market_id) AS neg_risk_market_id, reinterpretAsUInt8(unhex(right(question_id, 2))) AS question_index, token_id, outcome_index
FROM markets_current
ARRAY JOIN tokens AS token_id, arrayEnumerate(tokens) AS outcome_index
WHERE condition_id != '' AND length(tokens) = 2 AND token_id != '';

-- Actions that have moved tokens of the markets: of a wallet itself, by an adapter or in a match. The adapter's own log tells what it does with ConditionalTokens, whose log of the same is left out; so
-- are positions within others, and tokens that are made of anything but USDC.e (docs.polymarket.com/resources/contracts). No real amount is above 10^24: what is, is cut off.
CREATE OR REPLACE VIEW position_actions AS
SELECT
    block_number, block_time, transaction_hash, log_index, action, wallet, wallet_kind, condition_id, neg_risk_market_id, index_sets,
    arrayMap(each -> toUInt256(least(each, toUInt256('1000000000000000000000000'))), amounts) AS shares,
    toUInt256(least(amount, toUInt256('1000000000000000000000000'))) AS amount
FROM token_actions_current
WHERE action IN ('split', 'merge', 'redeem', 'convert') AND parent_collection = '' AND wallet_kind != 'neg_risk_adapter'
    AND (collateral = '' OR collateral = '0x2791bca1f2de4661ed88a30c99a7a9449aa84174') AND (action = 'convert' OR empty(index_sets) OR index_sets = [1, 2] OR action = 'redeem');

-- What actions of wallets did to their tokens and their cash, without matches, whose trades tell it. A split's cash is halved between both tokens; a redemption's goes to what was paid; a conversion's is
-- shared by the No's that were given. A redemption from ConditionalTokens ends all that the wallet had of the condition (`ends`): its log does not say how much that was.
CREATE OR REPLACE VIEW wallet_moves AS
SELECT
    acted.wallet AS wallet, named.market_id AS market_id, named.token_id AS token_id, acted.action AS action, acted.block_time AS timestamp, acted.block_number AS block_number, acted.log_index AS log_index,
    toDecimal256(if(acted.action = 'split', acted.amount, 0), 6) / 1000000
        - toDecimal256(multiIf(acted.action = 'merge', acted.amount, acted.action = 'redeem' AND notEmpty(acted.shares), acted.shares[named.outcome_index], 0), 6) / 1000000 AS d_shares,
    multiIf(acted.action = 'split', -1, 1) * toDecimal256(multiIf(
        acted.action != 'redeem', if(named.outcome_index = 1, acted.amount - intDiv(acted.amount, 2), intDiv(acted.amount, 2)),
        named.outcome_index = 1, acted.paid_first,
        acted.amount - acted.paid_first), 6) / 1000000 AS d_usd,
    acted.action = 'redeem' AND empty(acted.shares) AS ends
FROM
(
    SELECT
        done.*,
        -- What was given of each outcome times what it has paid, as far as the logs say.
        toFloat64(if(empty(done.shares), 1, done.shares[1])) * if(empty(settled.payouts), 1, settled.payouts[1]) AS first,
        toFloat64(if(empty(done.shares), 1, done.shares[2])) * if(empty(settled.payouts), 1, settled.payouts[2]) AS second,
        toUInt256(round(toFloat64(done.amount) * if(first + second = 0, 0.5, first / (first + second)))) AS near,
        multiIf(second = 0, done.amount, first = 0, 0, least(near, done.amount)) AS paid_first
    FROM (SELECT * FROM position_actions WHERE action != 'convert' AND wallet_kind = 'wallet') AS done
    LEFT JOIN (SELECT condition_id, any(payouts) AS payouts FROM resolutions_current GROUP BY condition_id) AS settled ON done.condition_id = settled.condition_id
) AS acted
INNER JOIN condition_tokens AS named ON acted.condition_id = named.condition_id
UNION ALL
SELECT
    changed.wallet, named.market_id, named.token_id, 'convert', changed.block_time, changed.block_number, changed.log_index,
    multiIf(changed.given AND named.outcome_index = 2, -1, NOT changed.given AND named.outcome_index = 1, 1, 0) * toDecimal256(changed.amount, 6) / 1000000,
    toDecimal256(if(changed.given AND named.outcome_index = 2, intDiv(changed.amount * (changed.questions - 1), changed.questions) + if(changed.place = 1, (changed.amount * (changed.questions - 1)) % changed.questions, 0), 0), 6) / 1000000,
    false
FROM
(
    SELECT
        done.*, listed.condition_id AS of_condition, bitAnd(bitShiftRight(done.index_sets[1], listed.question_index), 1) = 1 AS given,
        arrayCount(n -> bitAnd(bitShiftRight(done.index_sets[1], n), 1) = 1, range(256)) AS questions,
        arrayCount(n -> bitAnd(bitShiftRight(done.index_sets[1], n), 1) = 1, range(listed.question_index + 1)) AS place
    FROM (SELECT * EXCEPT (condition_id) FROM position_actions WHERE action = 'convert' AND wallet_kind = 'wallet') AS done
    INNER JOIN (SELECT DISTINCT neg_risk_market_id, question_index, condition_id FROM condition_tokens WHERE neg_risk_market_id != '') AS listed ON done.neg_risk_market_id = listed.neg_risk_market_id
) AS changed
INNER JOIN condition_tokens AS named ON changed.of_condition = named.condition_id
WHERE (changed.given AND named.outcome_index = 2) OR (NOT changed.given AND named.outcome_index = 1);

-- What each wallet has of each token, and the cash that went in and out: trades and actions. Exact from the block on from which both were read; transfers between wallets are not seen.
CREATE OR REPLACE VIEW wallet_holdings AS
SELECT
    wallet, max(market) AS market_id, token_id, sum(d_usd) AS cash, countIf(is_action) AS actions,
    sumIf(d_shares, (block_number, log_index) > ended_at) AS shares, max(timestamp) AS last_change
FROM
(
    SELECT *, max(if(ends, (block_number, log_index), (toUInt64(0), toUInt32(0)))) OVER (PARTITION BY wallet, token_id) AS ended_at
    FROM
    (
        SELECT wallet, token_id, market_id AS market, timestamp, block_number, log_index, toDecimal256(d_shares, 6) AS d_shares, toDecimal256(d_usd, 6) AS d_usd, false AS ends, false AS is_action FROM wallet_trades
        UNION ALL
        SELECT wallet, token_id, market_id, timestamp, block_number, log_index, d_shares, d_usd, ends, true FROM wallet_moves
    )
)
GROUP BY wallet, token_id;

-- Profit of each wallet with each market: its cash, and what it still has at what it has paid or at the last price. realised is what came of markets of which nothing is left or which are settled.
CREATE OR REPLACE VIEW wallet_market_profit AS
SELECT
    held.wallet AS wallet, held.market_id AS market_id, sum(held.cash) AS cash_usd, sum(toFloat64(held.cash) + toFloat64(held.shares) * priced.mark) AS profit,
    sum(held.actions) AS actions_of_wallet, min(priced.settled OR held.shares = 0) AS is_realised
FROM wallet_holdings AS held
LEFT JOIN (SELECT token_id, any(mark) AS mark, any(settled) AS settled FROM token_marks GROUP BY token_id) AS priced ON held.token_id = priced.token_id
GROUP BY wallet, market_id;

-- Dollars that lie in each market: full sets that were made, less those that were put together again and what was paid out. Exact from the block on from which actions are read. Conversions pay out of an event as a whole: converted_collateral.
CREATE OR REPLACE VIEW locked_collateral AS
SELECT
    named.market_id AS market_id, acted.condition_id AS condition_id,
    toDecimal256(sumIf(acted.amount, acted.action = 'split'), 6) / 1000000 AS split_usd,
    toDecimal256(sumIf(acted.amount, acted.action = 'merge'), 6) / 1000000 AS merged_usd,
    toDecimal256(sumIf(acted.amount, acted.action = 'redeem'), 6) / 1000000 AS redeemed_usd,
    split_usd - merged_usd - redeemed_usd AS locked_usd
FROM (SELECT * FROM position_actions WHERE action != 'convert') AS acted
INNER JOIN (SELECT condition_id, any(market_id) AS market_id FROM condition_tokens GROUP BY condition_id) AS named ON acted.condition_id = named.condition_id
GROUP BY market_id, condition_id;

-- What conversions have paid out of each event: k No's of a market give k - 1 dollars and the Yes of all others.
CREATE OR REPLACE VIEW converted_collateral AS
SELECT neg_risk_market_id, count() AS conversions, toDecimal256(sum(amount * greatest(arrayCount(n -> bitAnd(bitShiftRight(index_sets[1], n), 1) = 1, range(256)), 1) - amount), 6) / 1000000 AS paid_usd
FROM position_actions
WHERE action = 'convert'
GROUP BY neg_risk_market_id;

-- Markets whose payouts by the API are not those of the chain.
CREATE OR REPLACE VIEW payout_differences AS
SELECT listed.id AS market_id, listed.condition_id AS condition_id, listed.outcome_prices AS api, settled.payouts AS chain, settled.resolved_at AS resolved_at, listed.closed AS closed
FROM markets_current AS listed
INNER JOIN resolutions_current AS settled ON listed.condition_id = settled.condition_id
WHERE listed.closed AND listed.resolution_status IN ('resolved', 'settled')
    AND (length(listed.outcome_prices) != length(settled.payouts) OR arrayExists((one, other) -> abs(one - other) > 1e-6, listed.outcome_prices, arrayResize(settled.payouts, length(listed.outcome_prices))));

-- Actions that are in no wallet's account here, and why.
CREATE OR REPLACE VIEW unassigned_actions AS
SELECT
    multiIf(
        wallet_kind = 'collateral_adapter', 'by an adapter of collateral, which does not log for whom',
        parent_collection != '', 'of positions within others',
        collateral NOT IN ('', '0x2791bca1f2de4661ed88a30c99a7a9449aa84174'), 'with another collateral',
        'of a condition that is in no market here') AS reason,
    action, count() AS actions
FROM token_actions_current
WHERE action IN ('split', 'merge', 'redeem', 'convert') AND wallet_kind IN ('wallet', 'collateral_adapter')
    AND (wallet_kind = 'collateral_adapter' OR parent_collection != '' OR collateral NOT IN ('', '0x2791bca1f2de4661ed88a30c99a7a9449aa84174')
        OR (action != 'convert' AND condition_id GLOBAL NOT IN (SELECT condition_id FROM condition_tokens)))
GROUP BY reason, action;
