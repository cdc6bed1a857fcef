// Recorded by tests/web/contract_test.mjs.
import type { Answer, Quality } from '../src/types';

export default {
  "as_of": "2026-11-27T16:37:26.257Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {
    "sources": [
      {
        "name": "markets",
        "state": "good",
        "say": "read to its end, not proved yet",
        "proved_at": null,
        "holes": [],
        "command": "polyhouse verify",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 447, "holes": 13}],
      },
      {
        "name": "events",
        "state": "good",
        "say": "read to its end, not proved yet",
        "proved_at": null,
        "holes": [],
        "command": "polyhouse verify",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 67, "holes": 3}],
      },
      {
        "name": "fills",
        "state": "good",
        "say": "complete from block 89990000 to 90000017",
        "proved_at": null,
        "holes": [],
        "command": "",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 568, "holes": 0}],
      },
    ],
    "verify": [],
    "reconcile": [],
    "dead": 11,
  },
  "next": null,
} satisfies Answer<Quality>;
