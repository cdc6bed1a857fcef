// Recorded by tests/web/contract_test.mjs.
import type { SqlMark, SqlValue } from '../src/types';

export default [
  {
    "error": {
      "code": "query",
      "message": "Code: 62. DB::Exception: Syntax error: failed at position 11 (end of query): . Expected one of: token, DoubleColon, OR, AND, IS NOT DISTINCT FROM, IS DISTINCT FROM, IS NOT UNKNOWN, IS UNKNOWN, IS NOT FALSE, IS FALSE, IS NOT TRUE, IS TRUE, IS NULL, IS NOT NULL, BETWEEN, NOT BETWEEN, LIKE, ILIKE, NOT LIKE, NOT ILIKE, REGEXP, IN, NOT IN, GLOBAL IN, GLOBAL NOT IN, AT TIME ZONE. (SYNTAX_ERROR) (version 26.7.2.1)",
      "hint": "",
      "position": 10,
    },
  },
] satisfies (SqlMark | SqlValue[])[];
