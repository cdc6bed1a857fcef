-- A wallet's tokens: what they cost on average and what was realised (wallet_positions), and what they are worth (wallet_page). A settled token is realised, whether or not it was redeemed.
SELECT
    priced.market_id AS market_id, priced.question AS question, priced.outcome AS outcome, priced.token_id AS token, toFloat64(priced.shares) AS shares, priced.mark AS now, priced.settled AS closed,
    if(held.held > 0, held.average_cost, NULL) AS average, priced.pnl AS profit,
    if(priced.settled, priced.pnl, held.realised) AS realised,
    if(priced.settled, 0., priced.pnl - held.realised) AS open,
    priced.usd AS usd, priced.fills AS fills, priced.first_trade AS first_trade, priced.last_trade AS last_trade
FROM wallet_page(wallet = {wallet:String}) AS priced
LEFT JOIN (SELECT token_id, held, average_cost, realised FROM wallet_positions WHERE wallet = lower({wallet:String})) AS held ON priced.token_id = held.token_id
