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

-- The tokens of each condition, which is how actions name a market; question_index is the place of a market among those of its event where one alone can win, -1 where it is not known.
CREATE TABLE IF NOT EXISTS condition_tokens
(
    condition_id String CODEC(ZSTD(1)),
    token_id String CODEC(ZSTD(1)),
    outcome_index UInt16,
    market_id String,
    neg_risk Bool,
    neg_risk_market_id String CODEC(ZSTD(1)),
    question_index Int16,
    version UInt64,
    INDEX events neg_risk_market_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (condition_id, token_id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS condition_tokens_feed TO condition_tokens AS
SELECT condition_id, token_id, outcome_index, id AS market_id, neg_risk, lower(neg_risk_market_id) AS neg_risk_market_id, if(length(question_id) = 66, toInt16(reinterpretAsUInt8(unhex(right(question_id, 2)))), -1) AS question_index, version
FROM markets
ARRAY JOIN tokens AS token_id, arrayEnumerate(tokens) AS outcome_index
WHERE condition_id != '' AND length(tokens) = 2 AND token_id != '';

-- What is there already. Small blocks: the built-in database may have little memory.
INSERT INTO condition_tokens
SELECT condition_id, token_id, outcome_index, id AS market_id, neg_risk, lower(neg_risk_market_id) AS neg_risk_market_id, if(length(question_id) = 66, toInt16(reinterpretAsUInt8(unhex(right(question_id, 2)))), -1) AS question_index, version
FROM markets
ARRAY JOIN tokens AS token_id, arrayEnumerate(tokens) AS outcome_index
WHERE condition_id != '' AND length(tokens) = 2 AND token_id != ''
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

-- Actions that move tokens, of positions that are in no others. What ConditionalTokens logs of an action by the neg-risk adapter is left out: the adapter's own log tells it. real_collateral is what the
-- markets' tokens are made of, USDC.e or the adapter's wrapped one (docs.polymarket.com/resources/contracts): anybody may make other tokens of the same condition. No real amount is above 10^24: what is, is cut off.
CREATE OR REPLACE VIEW position_actions AS
SELECT
    block_number, block_time, transaction_hash, log_index, action, wallet, wallet_kind, condition_id, neg_risk_market_id, collateral, index_sets,
    arrayMap(each -> toUInt256(least(each, toUInt256('1000000000000000000000000'))), amounts) AS shares,
    toUInt256(least(amount, toUInt256('1000000000000000000000000'))) AS amount,
    multiIf(action IN ('split', 'merge') AND collateral != '', arraySort(index_sets) = [1, 2], action = 'redeem' AND collateral = '', length(shares) = 2, action = 'convert', length(index_sets) = 1, true) AS is_whole,
    multiIf(collateral = '0x2791bca1f2de4661ed88a30c99a7a9449aa84174', 'plain', collateral = '0x3a3bd7bb9528e159577f7c2e685cc81a765002e2', 'neg_risk', collateral = '', 'adapter', '') AS real_collateral
FROM token_actions_current
WHERE action IN ('split', 'merge', 'redeem', 'convert') AND parent_collection = '' AND wallet_kind != 'neg_risk_adapter';

-- What actions of a wallet did to its tokens and its cash, without matches, whose trades tell it: wallet_moves(wallet = '0x…'), in lower case; '' is all of them. A split's cash is halved between both tokens; a
-- redemption's goes to what was paid; a conversion's is shared by the No's that were given. A redemption from ConditionalTokens ends all that the wallet had of those outcomes (`ends`): its log does not say how much that was.
CREATE OR REPLACE VIEW wallet_moves AS
WITH
    acts AS (SELECT * FROM position_actions WHERE wallet_kind = 'wallet' AND is_whole AND ({wallet:String} = '' OR wallet = lower({wallet:String}))),
    named AS (SELECT * FROM condition_tokens FINAL WHERE condition_id GLOBAL IN (SELECT condition_id FROM acts WHERE action != 'convert')),
    settled AS (SELECT condition_id, any(payouts) AS payouts FROM resolutions_current WHERE condition_id GLOBAL IN (SELECT condition_id FROM acts WHERE action = 'redeem') GROUP BY condition_id),
    converted AS (SELECT * EXCEPT (condition_id) FROM acts WHERE action = 'convert'),
    questions AS (SELECT * FROM condition_tokens FINAL WHERE neg_risk_market_id GLOBAL IN (SELECT neg_risk_market_id FROM converted) AND question_index >= 0),
    prepared AS (SELECT condition_id, min((block_number, log_index)) AS at FROM token_actions_current WHERE action = 'prepare' AND condition_id GLOBAL IN (SELECT condition_id FROM questions) GROUP BY condition_id)
SELECT
    acted.wallet AS wallet, listed.market_id AS market_id, listed.token_id AS token_id, acted.action AS action, acted.block_time AS timestamp, acted.block_number AS block_number, acted.log_index AS log_index,
    toDecimal256(if(acted.action = 'split', acted.amount, 0), 6) / 1000000
        - toDecimal256(multiIf(acted.action = 'merge', acted.amount, acted.action = 'redeem' AND notEmpty(acted.shares), acted.shares[listed.outcome_index], 0), 6) / 1000000 AS d_shares,
    multiIf(acted.action = 'split', -1, 1) * toDecimal256(multiIf(
        acted.action != 'redeem', if(listed.outcome_index = 1, acted.amount - intDiv(acted.amount, 2), intDiv(acted.amount, 2)),
        listed.outcome_index = 1, acted.paid_first,
        acted.amount - acted.paid_first), 6) / 1000000 AS d_usd,
    acted.action = 'redeem' AND empty(acted.shares) AND has(acted.index_sets, listed.outcome_index) AS ends
FROM
(
    SELECT
        done.*,
        -- What was given of each outcome times what it has paid, as far as the logs say.
        if(empty(done.shares), toFloat64(has(done.index_sets, 1)), toFloat64(done.shares[1])) * if(empty(settled.payouts), 1, settled.payouts[1]) AS first,
        if(empty(done.shares), toFloat64(has(done.index_sets, 2)), toFloat64(done.shares[2])) * if(empty(settled.payouts), 1, settled.payouts[2]) AS second,
        toUInt256(round(toFloat64(done.amount) * if(first + second = 0, 0.5, first / (first + second)))) AS near,
        multiIf(second = 0, done.amount, first = 0, 0, least(near, done.amount)) AS paid_first
    FROM (SELECT * FROM acts WHERE action != 'convert') AS done
    LEFT JOIN settled ON done.condition_id = settled.condition_id
) AS acted
INNER JOIN named AS listed ON acted.condition_id = listed.condition_id
WHERE acted.real_collateral = 'adapter' OR acted.real_collateral = if(listed.neg_risk, 'neg_risk', 'plain')
UNION ALL
SELECT
    changed.wallet, changed.market_id, changed.token_id, 'convert', changed.block_time, changed.block_number, changed.log_index,
    if(changed.is_given, -1, 1) * toDecimal256(changed.amount, 6) / 1000000,
    toDecimal256(if(changed.is_given, intDiv(changed.amount * (changed.given - 1), changed.given) + if(changed.place = 1, (changed.amount * (changed.given - 1)) % changed.given, 0), 0), 6) / 1000000,
    false
FROM
(
    SELECT
        done.*, asked.market_id AS market_id, asked.token_id AS token_id,
        bitAnd(bitShiftRight(done.index_sets[1], asked.question_index), 1) = 1 AS is_given,
        bitCount(done.index_sets[1]) AS given,
        bitCount(bitAnd(done.index_sets[1], bitShiftLeft(toUInt256(1), asked.question_index + 1) - 1)) AS place
    FROM converted AS done
    INNER JOIN questions AS asked ON done.neg_risk_market_id = asked.neg_risk_market_id
    LEFT JOIN prepared AS made ON asked.condition_id = made.condition_id
    -- A question that was asked later had no Yes to give.
    WHERE asked.outcome_index = if(is_given, 2, 1) AND (made.condition_id = '' OR made.at < (done.block_number, done.log_index))
) AS changed;

-- What a wallet has of each token, and the cash that went in and out: its trades and its actions: wallet_holdings(wallet = '0x…'); '' is all of them. docs/actions.md says what is not seen.
CREATE OR REPLACE VIEW wallet_holdings AS
SELECT
    wallet, max(market) AS market_id, token_id, sum(d_usd) AS cash, countIf(is_action) AS actions,
    sumIf(d_shares, (block_number, log_index) > ended_at) AS shares, max(timestamp) AS last_change
FROM
(
    SELECT *, max(if(ends, (block_number, log_index), (toUInt64(0), toUInt32(0)))) OVER (PARTITION BY wallet, token_id) AS ended_at
    FROM
    (
        SELECT wallet, token_id, market_id AS market, timestamp, block_number, log_index, toDecimal256(d_shares, 6) AS d_shares, toDecimal256(d_usd, 6) AS d_usd, false AS ends, false AS is_action
        FROM wallet_trades
        WHERE {wallet:String} = '' OR wallet = lower({wallet:String})
        UNION ALL
        SELECT wallet, token_id, market_id, timestamp, block_number, log_index, d_shares, d_usd, ends, true FROM wallet_moves(wallet = {wallet:String})
    )
)
GROUP BY wallet, token_id;

-- Profit of a wallet with each token: its cash, and what it still has at what the chain has resolved, the API says was paid, or the last price: wallet_profit(wallet = '0x…'); '' is all of them. NULL where something is left that never had a price, but for as many of both outcomes, which are a dollar together: half of it each.
CREATE OR REPLACE VIEW wallet_profit AS
WITH
    -- These and some more: a list of them is planned sooner than what the wallet has of them.
    acts AS (SELECT condition_id, neg_risk_market_id FROM token_actions WHERE {wallet:String} = '' OR wallet = lower({wallet:String})),
    touched AS
    (
        SELECT token_id FROM trades WHERE {wallet:String} = '' OR maker = lower({wallet:String})
        UNION ALL
        SELECT token_id FROM condition_tokens
        WHERE condition_id GLOBAL IN (SELECT condition_id FROM acts WHERE condition_id != '') OR neg_risk_market_id GLOBAL IN (SELECT neg_risk_market_id FROM acts WHERE neg_risk_market_id != '')
    ),
    known AS (SELECT token_id, market_id, outcome, outcome_index, sibling FROM market_tokens FINAL WHERE token_id GLOBAL IN (SELECT token_id FROM touched)),
    asked AS (SELECT id, question, condition_id FROM markets_current WHERE id GLOBAL IN (SELECT market_id FROM known)),
    chain AS (SELECT condition_id, any(payouts) AS payouts FROM resolutions_current WHERE condition_id GLOBAL IN (SELECT condition_id FROM asked) GROUP BY condition_id),
    paid AS (SELECT token_id, any(payout) AS payout FROM payouts WHERE market_id GLOBAL IN (SELECT market_id FROM known) GROUP BY token_id),
    printed AS (SELECT token_id, argMax(close, close_at) AS price, max(close_at) AS at FROM token_hours WHERE prints > 0 AND token_id GLOBAL IN (SELECT token_id FROM touched UNION ALL SELECT sibling FROM known) GROUP BY token_id)
SELECT
    held.wallet AS wallet, named.market_id AS market_id, about.question AS question, held.token_id AS token_id, named.outcome AS outcome, held.shares AS shares, held.cash AS cash, held.actions AS actions,
    multiIf(notEmpty(resolved.payouts), toNullable(resolved.payouts[named.outcome_index]), settlement.token_id != '', settlement.payout, own.token_id != '' AND own.at >= other.at, own.price, other.token_id != '', 1 - other.price, NULL) AS mark,
    toBool(notEmpty(resolved.payouts) OR settlement.token_id != '') AS settled,
    if(held.shares = 0, toFloat64(held.cash), toFloat64(held.cash) + toFloat64(held.shares) * ifNull(mark, if(count() OVER both = 2 AND min(held.shares) OVER both = max(held.shares) OVER both, 0.5, NULL))) AS profit,
    toBool(settled OR held.shares = 0) AS is_realised
FROM wallet_holdings(wallet = {wallet:String}) AS held
LEFT JOIN known AS named ON held.token_id = named.token_id
LEFT JOIN asked AS about ON named.market_id = about.id
LEFT JOIN chain AS resolved ON about.condition_id = resolved.condition_id
LEFT JOIN paid AS settlement ON held.token_id = settlement.token_id
LEFT JOIN printed AS own ON held.token_id = own.token_id
LEFT JOIN printed AS other ON named.sibling = other.token_id
WINDOW both AS (PARTITION BY held.wallet, arraySort([held.token_id, named.sibling]));

-- Dollars that lie in each market: full sets that were made, less those that were put together again and what was paid out, by whomever. Conversions pay out of an event as a whole: converted_collateral.
CREATE OR REPLACE VIEW locked_collateral AS
SELECT
    listed.market_id AS market_id, acted.condition_id AS condition_id,
    toDecimal256(sumIf(acted.amount, acted.action = 'split'), 6) / 1000000 AS split_usd,
    toDecimal256(sumIf(acted.amount, acted.action = 'merge'), 6) / 1000000 AS merged_usd,
    toDecimal256(sumIf(acted.amount, acted.action = 'redeem'), 6) / 1000000 AS redeemed_usd,
    split_usd - merged_usd - redeemed_usd AS locked_usd
FROM (SELECT * FROM position_actions WHERE action != 'convert' AND is_whole) AS acted
INNER JOIN (SELECT condition_id, any(market_id) AS market_id, any(neg_risk) AS neg_risk FROM condition_tokens FINAL GROUP BY condition_id) AS listed ON acted.condition_id = listed.condition_id
WHERE acted.real_collateral = 'adapter' OR acted.real_collateral = if(listed.neg_risk, 'neg_risk', 'plain')
GROUP BY market_id, condition_id;

-- What conversions have paid out of each event: k No's give k - 1 dollars, and the Yes of all other markets.
CREATE OR REPLACE VIEW converted_collateral AS
SELECT neg_risk_market_id, count() AS conversions, toDecimal256(sum(amount * greatest(bitCount(index_sets[1]), 1) - amount), 6) / 1000000 AS paid_usd
FROM position_actions
WHERE action = 'convert' AND is_whole
GROUP BY neg_risk_market_id;

-- Markets that the API says were paid: by their winner, or closed with prices. Old ones have no status, and some of those no prices.
CREATE OR REPLACE VIEW settled_markets AS
SELECT id, condition_id, outcome_prices, closed
FROM markets_current
WHERE condition_id != '' AND (winner != '' OR (closed AND resolution_status IN ('', 'resolved', 'settled'))) AND arraySum(outcome_prices) > 0;

-- Markets that have paid something else by the API than by the chain.
CREATE OR REPLACE VIEW payout_differences AS
SELECT listed.id AS market_id, listed.condition_id AS condition_id, listed.outcome_prices AS api, settled.payouts AS chain, settled.resolved_at AS resolved_at, listed.closed AS closed
FROM settled_markets AS listed
INNER JOIN resolutions_current AS settled ON listed.condition_id = settled.condition_id
WHERE length(listed.outcome_prices) != length(settled.payouts) OR arrayExists((one, other) -> abs(one - other) > 0.01, listed.outcome_prices, arrayResize(settled.payouts, length(listed.outcome_prices)));

-- Actions that are in no wallet's account here, and why.
CREATE OR REPLACE VIEW unassigned_actions AS
SELECT
    multiIf(
        done.wallet_kind = 'collateral_adapter', 'by an adapter of collateral, and no transfer says for whom',
        done.parent_collection != '', 'of positions within others',
        if(done.action = 'convert', events.neg_risk_market_id = '', listed.condition_id = ''), 'of a market that is not here',
        judged.real_collateral NOT IN ('adapter', if(listed.neg_risk, 'neg_risk', 'plain')) AND done.action != 'convert', 'with another collateral',
        'of other parts than both outcomes') AS reason,
    done.action AS action, count() AS actions
FROM (SELECT * FROM token_actions_current WHERE action IN ('split', 'merge', 'redeem', 'convert') AND wallet_kind IN ('wallet', 'collateral_adapter')) AS done
LEFT JOIN (SELECT condition_id, any(neg_risk) AS neg_risk FROM condition_tokens FINAL GROUP BY condition_id) AS listed ON done.condition_id = listed.condition_id
LEFT JOIN (SELECT DISTINCT neg_risk_market_id FROM condition_tokens FINAL WHERE neg_risk_market_id != '' AND question_index >= 0) AS events ON done.neg_risk_market_id = events.neg_risk_market_id
LEFT JOIN (SELECT block_number AS block, log_index AS log, is_whole, real_collateral FROM position_actions) AS judged ON done.block_number = judged.block AND done.log_index = judged.log
WHERE done.wallet_kind = 'collateral_adapter' OR NOT judged.is_whole OR (done.action = 'convert' AND events.neg_risk_market_id = '')
    OR (done.action != 'convert' AND (listed.condition_id = '' OR judged.real_collateral NOT IN ('adapter', if(listed.neg_risk, 'neg_risk', 'plain'))))
GROUP BY reason, action;
