// Recorded by tests/web/contract_test.mjs.
import type { Answer, EventPage } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:36.913Z",
  "stale": false,
  "truncated": false,
  "took_ms": 52,
  "data": {
    "event": {
      "id": "2896",
      "slug": "ethereum-up-or-down-2027-03-13t17-00-et-2896",
      "title": "Ethereum Up or Down - 2027-03-13T17:00 ET",
      "description": "This market will resolve to \"Yes\" if the answer to \"Ethereum Up or Down - 2027-03-13T17:00 ET\" is yes. An announcement alone will not qualify; the named individual must actually do so within this market’s timeframe (11:59 PM ET on the final day).\n\nPrice precision is determined by the number of decim",
      "tags": ["Geopolitics", "2025 Predictions", "Up or Down"],
      "series": "btc-up-or-down-5m",
      "volume": 1012234.176532,
      "volume24h": 301223.016710746,
      "liquidity": 876703.796,
      "starts": "2022-11-30T12:04:56.138Z",
      "ends": "2027-03-13T17:00:00.000Z",
      "links": {"polymarket": "https://polymarket.com/event/ethereum-up-or-down-2027-03-13t17-00-et-2896"},
    },
    "markets": [
      {
        "id": "23",
        "slug": "ethereum-up-or-down-2027-03-13t17-00-et-23",
        "question": "Ethereum Up or Down - 2027-03-13T17:00 ET",
        "event": {
          "id": "2896",
          "slug": "ethereum-up-or-down-2027-03-13t17-00-et-2896",
          "title": "Ethereum Up or Down - 2027-03-13T17:00 ET",
        },
        "tags": ["Geopolitics", "2025 Predictions", "Up or Down"],
        "outcomes": ["Up", "Down"],
        "prices": [0.4195, 0.5805],
        "price_as_of": "2026-11-27T18:13:34.442Z",
        "change_24h": null,
        "volume": 1012234.176532,
        "volume24h": 40578.43213097216,
        "liquidity": 11741.034,
        "ends": "2027-03-13T17:00:00.000Z",
        "closed": false,
        "state": "open",
        "winner": null,
      },
    ],
    "counts": {"open": 1, "closed": 0},
  },
  "next": null,
} satisfies Answer<EventPage>;
