// Recorded by tests/web/contract_test.mjs.
import type { Answer, DeadLetterPage } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.884Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {
    "stream": "stream:polymarket_events",
    "id": "1",
    "reason": "malformed",
    "error": "the record is not an object",
    "field": "",
    "first_seen": "2026-11-27T18:13:34.448Z",
    "tries": 1,
    "raw": "\"a string where a record belongs\"",
    "origin": "as the API sent it",
  },
  "next": null,
} satisfies Answer<DeadLetterPage>;
