// Recorded by tests/web/contract_test.mjs.
import type { Answer, LedgerRow } from '../src/types';

export default {
  "as_of": "2026-11-27T16:37:27.813Z",
  "stale": false,
  "truncated": false,
  "took_ms": 10,
  "data": [
    {
      "at": "2026-11-27T16:37:27.292Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 49,
    },
    {
      "at": "2026-11-27T16:37:27.290Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 13,
    },
    {
      "at": "2026-11-27T16:37:26.692Z",
      "source": "gamma/markets",
      "what": "settle, end",
      "from": "",
      "to": "",
      "rows": 2,
    },
  ],
  "next": null,
} satisfies Answer<LedgerRow[]>;
