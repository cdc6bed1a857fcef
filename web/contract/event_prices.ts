// Recorded by tests/web/contract_test.mjs.
import type { Answer, Prices } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.003Z",
  "stale": false,
  "truncated": false,
  "took_ms": 88,
  "data": {
    "bucket_s": 1,
    "t": [1793491014, 1793491032, 1793491036],
    "series": [
      {
        "outcome": "Ethereum Up or Down - 2027-03-13T17:00 ET",
        "market_id": "23",
        "p": [0.718999978635935, 0.765, 0.925],
      },
    ],
    "v": [23577.795915, 12.19482, 10905.832335],
  },
  "next": null,
} satisfies Answer<Prices>;
