// Recorded by tests/web/contract_test.mjs.
import type { Answer, SchemaTable } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:37.795Z",
  "stale": false,
  "truncated": false,
  "took_ms": 15,
  "data": [
    {
      "table": "addresses",
      "comment": "",
      "rows": 0,
      "columns": [
        {"name": "address", "type": "String", "comment": ""},
        {"name": "is_contract", "type": "Bool", "comment": ""},
        {"name": "code_size", "type": "UInt32", "comment": ""},
      ],
    },
    {
      "table": "addresses_current",
      "comment": "",
      "rows": null,
      "columns": [
        {"name": "address", "type": "String", "comment": ""},
        {"name": "is_contract", "type": "Bool", "comment": ""},
        {"name": "code_size", "type": "UInt32", "comment": ""},
      ],
    },
    {
      "table": "candles_1d",
      "comment": "",
      "rows": null,
      "columns": [
        {"name": "token_id", "type": "String", "comment": ""},
        {"name": "day", "type": "DateTime('UTC')", "comment": ""},
        {"name": "open", "type": "Float64", "comment": ""},
      ],
    },
  ],
  "next": null,
} satisfies Answer<SchemaTable[]>;
