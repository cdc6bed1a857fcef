// Recorded by tests/web/contract_test.mjs.
import type { Answer, LedgerRow } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.881Z",
  "stale": false,
  "truncated": false,
  "took_ms": 13,
  "data": [
    {
      "at": "2026-11-27T18:13:37.448Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 49,
    },
    {
      "at": "2026-11-27T18:13:37.447Z",
      "source": "gamma/markets",
      "what": "settle, end",
      "from": "",
      "to": "",
      "rows": 1,
    },
    {
      "at": "2026-11-27T18:13:37.445Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 13,
    },
  ],
  "next": null,
} satisfies Answer<LedgerRow[]>;
