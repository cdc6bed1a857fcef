-- Questions about many wallets, and about one wallet's actions, as in 0017 and 0022, from less than they read there.

-- Wallets by what they traded since a time, and by what they won with markets that closed since then: leaderboard(since = '1970-01-01 00:00:00'). Days are whole: those that begin at or after `since`, and its own. Only what was traded of those markets is looked at for the profit, and what it comes to is summed before it is multiplied.
CREATE OR REPLACE VIEW leaderboard AS
WITH
    ended AS
    (
        SELECT paid.token_id AS token_id, paid.payout AS payout
        FROM payouts AS paid
        INNER JOIN market_tokens_current AS known ON paid.token_id = known.token_id AND paid.market_id = known.market_id
        WHERE paid.market_id GLOBAL IN (SELECT id FROM markets_current WHERE ifNull(closedTime, toDateTime64(0, 3, 'UTC')) >= {since:DateTime('UTC')})
    )
SELECT wallet, sum(usd) AS volume_usd, sum(shares) AS volume_shares, sum(fills) AS trades, sum(profit) AS profit, uniqExactIf(token, trades_of > 0) AS tokens
FROM
(
    SELECT wallet, usd, shares, fills, 0. AS profit, token_id AS token, fills AS trades_of
    FROM wallet_days
    WHERE day >= toDate({since:DateTime('UTC')})
    UNION ALL
    SELECT dealt.wallet, 0, 0, 0, toFloat64(sum(dealt.d_usd)) + toFloat64(sum(dealt.d_shares)) * won.payout, '', 0
    FROM wallet_days AS dealt
    INNER JOIN ended AS won ON dealt.token_id = won.token_id
    WHERE dealt.token_id GLOBAL IN (SELECT token_id FROM ended)
    GROUP BY dealt.wallet, won.payout
)
GROUP BY wallet;

-- Wallets that traded on a day: new ones had no trade before in this table, which begins at first_day. Days are gathered wallet by wallet, so that they are read once.
CREATE OR REPLACE VIEW wallets_daily AS
SELECT dealt.day AS day, countIf(dealt.day = dealt.first) AS new, countIf(dealt.day > dealt.first) AS returning, min(dealt.first_of_all) AS first_day
FROM
(
    SELECT arrayJoin(active.days) AS day, active.first AS first, active.first_of_all AS first_of_all
    FROM (SELECT groupUniqArray(day) AS days, min(day) AS first, min(first) OVER () AS first_of_all FROM wallet_days GROUP BY wallet) AS active
) AS dealt
GROUP BY day;

-- What wallet_tokens says (0023), without looking for the newest of each row, which has the same wallet and token as the others. A view of another name: rollback would restore what 0026 says of that one, also where days are not kept.
CREATE OR REPLACE VIEW traded_tokens AS
SELECT maker AS wallet, token_id FROM trades
UNION ALL
SELECT maker AS wallet, token_id FROM trades_latest WHERE of_file;

-- Profit of a wallet with each token: its cash, and what it still has at what the chain has resolved, the API says was paid, or the last price: wallet_profit(wallet = '0x…'); '' is all of them. NULL where something is left that never had a price, but for as many of both outcomes, which are a dollar together: half of it each.
CREATE OR REPLACE VIEW wallet_profit AS
WITH
    -- These and some more: a list of them is planned sooner than what the wallet has of them.
    acts AS (SELECT condition_id, neg_risk_market_id FROM token_actions WHERE {wallet:String} = '' OR wallet = lower({wallet:String})),
    touched AS
    (
        SELECT token_id FROM traded_tokens WHERE {wallet:String} = '' OR wallet = lower({wallet:String})
        UNION ALL
        SELECT token_id FROM condition_tokens
        WHERE condition_id GLOBAL IN (SELECT condition_id FROM acts WHERE condition_id != '') OR neg_risk_market_id GLOBAL IN (SELECT neg_risk_market_id FROM acts WHERE neg_risk_market_id != '')
    ),
    known AS (SELECT token_id, market_id, outcome, outcome_index, sibling FROM market_tokens FINAL WHERE token_id GLOBAL IN (SELECT token_id FROM touched)),
    asked AS (SELECT id, question, condition_id FROM markets_current WHERE id GLOBAL IN (SELECT market_id FROM known)),
    chain AS (SELECT condition_id, any(payouts) AS payouts FROM resolutions_current WHERE condition_id GLOBAL IN (SELECT condition_id FROM asked) GROUP BY condition_id),
    paid AS (SELECT token_id, any(payout) AS payout FROM payouts WHERE market_id GLOBAL IN (SELECT market_id FROM known) GROUP BY token_id),
    printed AS (SELECT token_id, argMax(close, close_at) AS price, max(close_at) AS at FROM token_months WHERE token_id GLOBAL IN (SELECT token_id FROM touched UNION ALL SELECT sibling FROM known) GROUP BY token_id)
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
