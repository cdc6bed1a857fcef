// One query under way: its rows, end and error; dropping it ends it in the engine.
import { signal } from '@preact/signals';
import { address, ApiError, ask, type Trouble } from '../api';
import type { SqlColumn, SqlEnd, SqlError, SqlMark } from '../types';
import { ResultRows } from './result_rows';

export interface Run {
  sql: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  columns: SqlColumn[];
  rows: ResultRows;
  /** Rows that are there now; `rows` itself grows in place. */
  count: number;
  end: SqlEnd | null;
  error: SqlError | Trouble | null;
}

export const run = signal<Run | null>(null);

const rowLimit = 1_000_000;
let abort: AbortController | null = null;

export function cancel(): void {
  if (run.value?.state !== 'running') return;
  abort?.abort();
  run.value = { ...run.value, state: 'cancelled' };
}

function begun(sql: string): Run {
  const rows = new ResultRows(hear);
  return { sql, rows, state: 'running', columns: [], count: 0, end: null, error: null };
}

function hear(mark: SqlMark): void {
  const before = run.value!;
  if ('columns' in mark) run.value = { ...before, columns: mark.columns };
  else if ('end' in mark) run.value = { ...before, end: mark.end, state: 'done' };
  else run.value = { ...before, error: mark.error, state: 'failed' };
}

export async function start(sql: string): Promise<void> {
  cancel();
  const mine = new AbortController();
  abort = mine;
  const begin = begun(sql);
  run.value = begin;
  try {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    const path = address('/api/sql', { limit: rowLimit, deadline_s: 30 });
    const response = await ask(path, { method: 'POST', body: sql, headers, signal: mine.signal });
    await read(response, begin.rows, mine);
  } catch (error) {
    if (mine.signal.aborted) return;
    const trouble = error instanceof ApiError ? error.trouble : broken;
    run.value = { ...run.value!, error: trouble, state: 'failed' };
  }
}

const broken: Trouble = {
  code: 'unreachable',
  message: 'The answer broke off.',
  hint: 'The server may have been stopped; the rows that came are shown.',
};

async function read(response: Response, rows: ResultRows, mine: AbortController): Promise<void> {
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (mine.signal.aborted) return;
    if (done) break;
    rows.push(value);
    run.value = { ...run.value!, count: rows.length };
  }
  if (run.value!.state === 'running') run.value = { ...run.value!, error: broken, state: 'failed' };
}
