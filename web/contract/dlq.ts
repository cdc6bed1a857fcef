// Recorded by tests/web/contract_test.mjs.
import type { Answer, DeadLetterList } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.883Z",
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
        "first_seen": "2026-11-27T18:13:34.448Z",
        "tries": 1,
      },
      {
        "stream": "stream:polymarket_events",
        "id": "2",
        "reason": "malformed",
        "error": "field id: expected an id, found an object",
        "field": "",
        "first_seen": "2026-11-27T18:13:34.527Z",
        "tries": 1,
      },
      {
        "stream": "stream:markets",
        "id": "3",
        "reason": "malformed",
        "error": "field id: expected an id of decimal digits, found \"-5\"",
        "field": "",
        "first_seen": "2026-11-27T18:13:34.509Z",
        "tries": 1,
      },
    ],
    "total": 10,
    "streams": ["stream:markets", "stream:polymarket_events"],
    "reasons": ["malformed"],
  },
  "next": null,
} satisfies Answer<DeadLetterList>;
