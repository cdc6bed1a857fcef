// Recorded by tests/web/contract_test.mjs.
import type { Answer, WalletRow } from '../src/types';

export default {
  "as_of": "2026-11-27T16:37:26.881Z",
  "stale": false,
  "truncated": false,
  "took_ms": 15,
  "data": [
    {
      "wallet": "0xd1190ba94322cf5004b40efccd390930c3334079",
      "volume": 191509.717235,
      "trades": 83,
      "markets": 47,
      "last": "2026-11-01T00:00:26.000Z",
    },
    {
      "wallet": "0x0f9e983bc3d00d97b837b8678373b18c98e58ba9",
      "volume": 80325.409916,
      "trades": 33,
      "markets": 24,
      "last": "2026-11-01T00:00:26.000Z",
    },
    {
      "wallet": "0xe964eead81f615ba4029f03f2b5040e64190fe3a",
      "volume": 74845.600604,
      "trades": 12,
      "markets": 9,
      "last": "2026-11-01T00:00:10.000Z",
    },
  ],
  "next": null,
} satisfies Answer<WalletRow[]>;
