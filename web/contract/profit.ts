// Recorded by tests/web/contract_test.mjs.
import type { Answer, Profit } from '../src/types';

export default {
  "as_of": "2026-11-27T17:40:10.554Z",
  "stale": false,
  "truncated": false,
  "took_ms": 357,
  "data": {"t": [1793491002, 1793491200], "profit": [0, 17498.377355566245]},
  "next": null,
} satisfies Answer<Profit>;
