// Recorded by tests/web/contract_test.mjs.
import type { Answer, Wallet } from '../src/types';

export default {
  "as_of": "2026-11-27T16:37:27.111Z",
  "stale": false,
  "truncated": false,
  "took_ms": 227,
  "data": {
    "wallet": "0xd1190ba94322cf5004b40efccd390930c3334079",
    "realised": 22233.189300453676,
    "open": 26138.018259552333,
    "priced_as_of": "2026-11-01T00:00:26.000Z",
    "volume": 191509.717235,
    "trades": 83,
    "first": "2026-10-31T23:56:42.000Z",
    "last": "2026-11-01T00:00:26.000Z",
    "not_included": ["splits", "merges", "redemptions"],
  },
  "next": null,
} satisfies Answer<Wallet>;
