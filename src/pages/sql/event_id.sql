-- The event that is asked for by its id or its slug; of several with one slug the newest. Empty: there is none.
coalesce(
        (SELECT max(id) FROM polymarket_events WHERE id = {id:String} HAVING count() > 0),
        (SELECT argMax(id, version) FROM polymarket_events WHERE slug = {id:String} HAVING count() > 0),
        '')
