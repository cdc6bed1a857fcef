// Recorded by tests/web/contract_test.mjs.
import type { Answer, ReplayResult } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.886Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {"replayed": 0, "failed": [{"id": "1", "why": "It still cannot be read."}]},
  "next": null,
} satisfies Answer<ReplayResult>;
