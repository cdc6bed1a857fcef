// Recorded by tests/web/contract_test.mjs.
import type { Failure } from '../src/types';

export default {"error": {"code": "not_found", "message": "There is no such thing here.", "hint": ""}} satisfies Failure;
