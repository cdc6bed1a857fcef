// Recorded by tests/web/contract_test.mjs.
import type { Answer, Quality } from '../src/types';

export default {
  "as_of": "2026-11-27T17:40:07.781Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {
    "sources": [
      {
        "name": "markets",
        "state": "idle",
        "say": "reading, 13 of 16 ranges done",
        "proved_at": null,
        "holes": [],
        "command": "",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 379, "holes": 10}],
      },
      {
        "name": "events",
        "state": "good",
        "say": "read to its end, not proved yet",
        "proved_at": null,
        "holes": [],
        "command": "polyhouse verify",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 64, "holes": 2}],
      },
      {
        "name": "fills",
        "state": "idle",
        "say": "7,982 blocks are not read yet",
        "proved_at": null,
        "holes": [],
        "command": "",
        "days": [{"day": "2026-11-27", "part": 1, "rows": 399, "holes": 0}],
      },
    ],
    "verify": [],
    "reconcile": [],
    "dead": 9,
  },
  "next": null,
} satisfies Answer<Quality>;
