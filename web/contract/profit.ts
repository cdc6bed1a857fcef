// Recorded by tests/web/contract_test.mjs.
import type { Answer, Profit } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.777Z",
  "stale": false,
  "truncated": false,
  "took_ms": 365,
  "data": {"t": [1793491002, 1793491200], "profit": [0, 17498.377355566245]},
  "next": null,
} satisfies Answer<Profit>;
