// Recorded by tests/web/contract_test.mjs.
import type { Answer, Prices } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:36.732Z",
  "stale": false,
  "truncated": false,
  "took_ms": 44,
  "data": {
    "bucket_s": 1,
    "t": [1793491014, 1793491032, 1793491036],
    "series": [
      {"outcome": "Up", "p": [0.718999978635935, 0.765, 0.925]},
      {"outcome": "Down", "p": [0.281000021364065, 0.235, 0.07499999999999996]},
    ],
    "v": [23577.795915, 12.19482, 10905.832335],
  },
  "next": null,
} satisfies Answer<Prices>;
