WITH
    lower({q:String}) AS wanted,
    markets_found AS
    (
        SELECT id, question, event_id, if(empty(outcomes), '', outcomes[1]) AS outcome, if(empty(outcome_prices), nan, outcome_prices[1]) AS price, closed, volume
        FROM markets FINAL
        WHERE id = {q:String} OR condition_id = wanted OR positionCaseInsensitiveUTF8(question, {q:String}) > 0 OR positionCaseInsensitiveUTF8(market_slug, {q:String}) > 0
        ORDER BY id = {q:String} DESC, closed, volume DESC NULLS LAST
        LIMIT 8
    ),
    events_found AS
    (
        SELECT id, argMax(known.slug, version) AS slug, argMax(known.title, version) AS title, argMax(markets_count, version) AS markets, argMax(known.volume, version) AS volume, argMax(known.closed, version) AS closed
        FROM polymarket_events AS known
        GROUP BY id
        HAVING id = {q:String} OR positionCaseInsensitiveUTF8(title, {q:String}) > 0 OR positionCaseInsensitiveUTF8(slug, {q:String}) > 0
        ORDER BY closed, volume DESC
        LIMIT 8
    ),
    tags_found AS
    (
        SELECT tag, sum(markets_count) AS markets
        FROM polymarket_events_current
        ARRAY JOIN tags AS tag
        WHERE positionCaseInsensitiveUTF8(tag, {q:String}) > 0
        GROUP BY tag
        ORDER BY markets DESC
        LIMIT 8
    )
SELECT
    tuple(
        (SELECT groupArray(tuple(id, question, title AS event_title, outcome, price, closed))
            FROM markets_found LEFT JOIN (SELECT id AS of_event, argMax(known.title, version) AS title FROM polymarket_events AS known WHERE id GLOBAL IN (SELECT event_id FROM markets_found) GROUP BY id) AS named ON markets_found.event_id = named.of_event) AS markets,
        (SELECT groupArray(tuple(id, slug, title, markets)) FROM events_found) AS events,
        (SELECT groupArray(tuple(toString(tag) AS tag, toUInt32(markets) AS markets)) FROM tags_found) AS tags,
        if(match(wanted, '^0x[0-9a-f]{40}$'), wanted, NULL) AS wallet) AS data,
    CAST(NULL, 'Nullable(String)') AS next
