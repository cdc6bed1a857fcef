// Recorded by tests/web/contract_test.mjs.
import type { Answer, DeadLetterList } from '../src/types';

export default {
  "as_of": "2026-11-27T16:37:27.816Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {
    "rows": [
      {
        "stream": "stream:polymarket_events",
        "id": "1",
        "reason": "malformed",
        "error": "the record is not an object",
        "field": "",
        "first_seen": "2026-11-27T16:37:23.298Z",
        "tries": 1,
      },
      {
        "stream": "stream:markets",
        "id": "2",
        "reason": "malformed",
        "error": "the record is not an object",
        "field": "",
        "first_seen": "2026-11-27T16:37:23.304Z",
        "tries": 1,
      },
      {
        "stream": "stream:polymarket_events",
        "id": "3",
        "reason": "malformed",
        "error": "field id: expected an id, found an object",
        "field": "",
        "first_seen": "2026-11-27T16:37:23.351Z",
        "tries": 1,
      },
    ],
    "total": 13,
    "streams": ["stream:markets", "stream:polymarket_events"],
    "reasons": ["malformed"],
  },
  "next": null,
} satisfies Answer<DeadLetterList>;
