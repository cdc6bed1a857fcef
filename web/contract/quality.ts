// Recorded by tests/web/contract_test.mjs.
import type { Answer, Quality } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:34.417Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {
    "sources": [
      {
        "name": "markets",
        "state": "idle",
        "say": "not started",
        "proved_at": null,
        "holes": [],
        "command": "",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 382, "holes": 7}],
      },
      {
        "name": "events",
        "state": "idle",
        "say": "not started",
        "proved_at": null,
        "holes": [],
        "command": "",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 64, "holes": 3}],
      },
    ],
    "verify": [],
    "reconcile": [],
    "dead": 0,
  },
  "next": null,
} satisfies Answer<Quality>;
