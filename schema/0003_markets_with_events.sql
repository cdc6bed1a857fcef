-- Every market with its event, for the common questions. One row per market; event columns are empty when the event is not there (yet).
CREATE VIEW IF NOT EXISTS markets_with_events AS
SELECT
    m.*,
    e.title AS event_title,
    e.tags AS event_tags,
    e.markets_count AS event_markets_count,
    e.volume AS event_volume,
    e.series_slug AS event_series_slug,
    e.closed AS event_closed
FROM markets_current AS m
LEFT ANY JOIN polymarket_events_current AS e ON m.event_slug = e.slug;
