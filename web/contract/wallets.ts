// Recorded by tests/web/contract_test.mjs.
import type { Answer, WalletRow } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.024Z",
  "stale": false,
  "truncated": false,
  "took_ms": 17,
  "data": [
    {
      "wallet": "0xd1190ba94322cf5004b40efccd390930c3334079",
      "volume": 114762.155184,
      "trades": 63,
      "markets": 38,
      "last": "2026-10-31T23:59:24.000Z",
    },
    {
      "wallet": "0xe964eead81f615ba4029f03f2b5040e64190fe3a",
      "volume": 74828.187494,
      "trades": 11,
      "markets": 9,
      "last": "2026-10-31T23:59:00.000Z",
    },
    {
      "wallet": "0x80c012705aa84116f0967113333ed96e83504982",
      "volume": 63016.794985,
      "trades": 6,
      "markets": 5,
      "last": "2026-10-31T23:58:20.000Z",
    },
  ],
  "next": null,
} satisfies Answer<WalletRow[]>;
