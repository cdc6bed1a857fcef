WITH
    mine AS ({{wallet_rows}}),
    shown AS
    (
        SELECT * FROM mine
        ORDER BY closed, abs(ifNull(shares * now, 0)) DESC, token
        LIMIT 200 OFFSET toUInt32OrZero({cursor:String})
    )
SELECT
    groupArray(tuple(nullIf(market_id, '') AS market_id, nullIf(question, '') AS question, nullIf(outcome, '') AS outcome, token, shares, average, now, shares * now AS value, realised, open, closed)) AS data,
    if(count() < 200, NULL, toString(toUInt32OrZero({cursor:String}) + 200)) AS next
FROM shown
