// Recorded by tests/web/contract_test.mjs.
import type { Answer, LedgerRow } from '../src/types';

export default {
  "as_of": "2026-11-27T17:40:10.661Z",
  "stale": false,
  "truncated": false,
  "took_ms": 13,
  "data": [
    {
      "at": "2026-11-27T17:40:09.790Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 48,
    },
    {
      "at": "2026-11-27T17:40:09.788Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 13,
    },
    {
      "at": "2026-11-27T17:40:08.790Z",
      "source": "gamma/markets",
      "what": "discover, end",
      "from": "",
      "to": "",
      "rows": 48,
    },
  ],
  "next": null,
} satisfies Answer<LedgerRow[]>;
