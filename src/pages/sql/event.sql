WITH
    {{event_id}} AS wanted,
    known AS (SELECT * FROM polymarket_events WHERE id = wanted ORDER BY version DESC LIMIT 1),
    chosen AS (SELECT *, ifNull(volume, 0.) AS place FROM markets FINAL WHERE event_id = wanted ORDER BY place DESC LIMIT 500),
    shown AS ({{market_rows}} ORDER BY closed, place DESC)
SELECT
    tuple(
        tuple(
            known.id AS id, known.slug AS slug, known.title AS title, known.description AS description, known.tags AS tags, nullIf(known.series_slug, '') AS series, known.volume AS volume,
            known.volume_24h AS volume24h, known.liquidity AS liquidity, known.startDate AS starts, known.endDate AS ends,
            tuple(if(known.slug = '', NULL, concat('https://polymarket.com/event/', known.slug)) AS polymarket) AS links) AS event,
        (SELECT groupArray({{market_tuple}}) FROM shown) AS markets,
        tuple((SELECT toUInt32(countIf(NOT closed)) FROM markets FINAL WHERE event_id = wanted) AS open, (SELECT toUInt32(countIf(closed)) FROM markets FINAL WHERE event_id = wanted) AS closed) AS counts) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM known
