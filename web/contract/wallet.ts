// Recorded by tests/web/contract_test.mjs.
import type { Answer, Wallet } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.222Z",
  "stale": false,
  "truncated": false,
  "took_ms": 195,
  "data": {
    "wallet": "0xd1190ba94322cf5004b40efccd390930c3334079",
    "realised": -5183.599080520784,
    "open": 22681.976436087025,
    "priced_as_of": "2026-10-31T23:59:24.000Z",
    "volume": 114762.155184,
    "trades": 63,
    "first": "2026-10-31T23:56:42.000Z",
    "last": "2026-10-31T23:59:24.000Z",
    "not_included": ["splits", "merges", "redemptions"],
  },
  "next": null,
} satisfies Answer<Wallet>;
