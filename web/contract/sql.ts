// Recorded by tests/web/contract_test.mjs.
import type { SqlMark, SqlValue } from '../src/types';

export default [
  {
    "columns": [
      {"name": "id", "type": "UInt64"},
      {"name": "price", "type": "Float64"},
      {"name": "usd", "type": "Decimal(18, 6)"},
      {"name": "outcome", "type": "String"},
      {"name": "no", "type": "Nullable(Nothing)"},
      {"name": "list", "type": "Array(UInt8)"},
      {"name": "named", "type": "Map(String, UInt8)"},
      {"name": "yes", "type": "Bool"},
    ],
  },
  ["18446744073709551615", 0.5, "1.5", "Yes", null, [1, 2], {"a": 1}, true],
  ["18446744073709551615", 0.5, "1.5", "Yes", null, [1, 2], {"a": 1}, true],
  ["18446744073709551615", 0.5, "1.5", "Yes", null, [1, 2], {"a": 1}, true],
  {"end": {"rows": 3, "took_ms": 6, "truncated": false}},
] satisfies (SqlMark | SqlValue[])[];
