// Recorded by tests/web/contract_test.mjs.
import type { Answer, CandleSeries, Prices } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:36.791Z",
  "stale": false,
  "truncated": false,
  "took_ms": 57,
  "data": {
    "bucket_s": 1,
    "t": [1793491014, 1793491032, 1793491036],
    "series": [
      {
        "outcome": "Up",
        "o": [0.721, 0.767, 0.922999999859641],
        "h": [0.721, 0.767, 0.925],
        "l": [0.718999978635935, 0.765, 0.922999999859641],
        "c": [0.718999978635935, 0.765, 0.925],
      },
    ],
    "v": [23577.795915, 12.19482, 10905.832335],
  },
  "next": null,
} satisfies Answer<Prices<CandleSeries>>;
