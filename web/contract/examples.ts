// Recorded by tests/web/contract_test.mjs.
import type { Answer, Example } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.797Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": [
    {
      "name": "market: Volume, traders and price of a market",
      "group": "Of a market",
      "sql": "SELECT question, closed, winner, last_price, best_bid, best_ask, usd AS volume_usd, usd_24h AS volume_24h_usd, contracts AS volume_shares, matches, traders, net_minted_on_exchange, first_trade, last_trade\nFROM market_page(market = 'MARKET_ID')",
    },
    {
      "name": "price: A market's price, day by day, of its first outcome",
      "group": "Of a market",
      "sql": "SELECT toDate(timestamp) AS day, argMin(p0, (timestamp, block_number, log_index)) AS open, max(p0) AS high, min(p0) AS low, argMax(p0, (timestamp, block_number, log_index)) AS close, sum(taker_usd) AS volume_usd, count() AS trades\nFROM trade_legs\nWHERE token_id IN (SELECT arrayJoin(arrayConcat(token",
    },
    {
      "name": "trades: A market's last trades",
      "group": "Of a market",
      "sql": "SELECT timestamp, outcome, maker AS wallet, maker_direction AS direction, price, usd_amount AS usd, token_amount AS shares\nFROM trades_current\nWHERE token_id IN (SELECT arrayJoin(arrayConcat(tokens, position_ids)) FROM markets_current WHERE id = 'MARKET_ID')\nORDER BY timestamp DESC, block_number DES",
    },
  ],
  "next": null,
} satisfies Answer<Example[]>;
