// Recorded by tests/web/contract_test.mjs.
import type { Answer, DeadLetterPage } from '../src/types';

export default {
  "as_of": "2026-11-27T17:40:10.665Z",
  "stale": false,
  "truncated": false,
  "took_ms": 0,
  "data": {
    "stream": "stream:markets",
    "id": "1",
    "reason": "malformed",
    "error": "the record is not an object",
    "field": "",
    "first_seen": "2026-11-27T17:40:06.786Z",
    "tries": 1,
    "raw": "42",
    "origin": "as the API sent it",
  },
  "next": null,
} satisfies Answer<DeadLetterPage>;
