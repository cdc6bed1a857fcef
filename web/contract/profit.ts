// Recorded by tests/web/contract_test.mjs.
import type { Answer, Profit } from '../src/types';

export default {
  "as_of": "2026-11-27T16:37:27.732Z",
  "stale": false,
  "truncated": false,
  "took_ms": 473,
  "data": {"t": [1793491002, 1793491200, 1793577600], "profit": [0, 11486.861701070247, 49988.051678123236]},
  "next": null,
} satisfies Answer<Profit>;
