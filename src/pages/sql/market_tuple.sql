tuple(id, slug, question, event, tags, outcomes, prices, price_as_of, change_24h, volume, volume24h, liquidity, ends, closed, state, winner)
