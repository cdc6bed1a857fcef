// Recorded by tests/web/contract_test.mjs.
import type { DownloadFormat } from '../src/types';

export default {
  "CSVWithNames": "text/csv; charset=utf-8",
  "Parquet": "application/vnd.apache.parquet",
  "JSONEachRow": "application/x-ndjson",
} satisfies Record<DownloadFormat, string>;
