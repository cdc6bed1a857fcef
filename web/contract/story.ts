// Recorded by tests/web/contract_test.mjs.
import type { Answer, StoryRow } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:36.812Z",
  "stale": false,
  "truncated": false,
  "took_ms": 18,
  "data": [
    {"at": "2026-11-27T18:13:35.045Z", "changed": "accepting_orders", "from": "yes", "to": "no"},
    {"at": "2026-11-27T18:13:35.045Z", "changed": "closed", "from": "no", "to": "yes"},
    {"at": "2026-11-27T18:13:35.045Z", "changed": "closedTime", "from": null, "to": "2026-11-01 00:01:36.000"},
  ],
  "next": null,
} satisfies Answer<StoryRow[]>;
