// The newest trades: first those that are stored, then each tick's; a gap is filled from the server.
import { useEffect, useRef, useState } from 'preact/hooks';
import { address, get, useAnswer, type Result } from '../api';
import { useTopic } from '../live';
import type { LiveTrades, TradeList, TradeRow } from '../types';

export interface TapeFilter {
  market?: string;
  event?: string;
  wallet?: string;
  side?: string;
  min_usd?: string;
}

export interface Tape {
  result: Result<TradeList>;
  rows: TradeRow[];
  /** Came while the tape stood still. */
  waiting: number;
  /** Came faster than they can be shown, and are left out. */
  skipped: number;
  release: () => void;
  more: () => Promise<void>;
  hasMore: boolean;
}

/** Newest first, each once. */
function merge(newer: TradeRow[], older: TradeRow[], most: number): TradeRow[] {
  const seen = new Set<string>();
  const all = [...newer, ...older].filter(([id]) => !seen.has(id) && seen.add(id));
  return all.sort((a, b) => b[1] - a[1]).slice(0, most);
}

export function useTape(filter: TapeFilter, most: number, moving: boolean): Tape {
  const query = { ...filter };
  const path = address('/api/trades', query);
  const result = useAnswer<TradeList>(path);
  const [rows, setRows] = useState<TradeRow[]>([]);
  const [held, setHeld] = useState<TradeRow[]>([]);
  const [skipped, setSkipped] = useState(0);
  const [older, setOlder] = useState<string | null | undefined>(undefined);
  const last = useRef<string | null>(null);
  const still = useRef(!moving);
  still.current = !moving;

  useEffect(() => {
    setRows([]);
    setHeld([]);
    setSkipped(0);
    setOlder(undefined);
    last.current = null;
  }, [path]);
  useEffect(() => {
    const answered = result.answer?.data.rows;
    if (!answered) return;
    last.current ??= answered[0]?.[0] ?? null;
    setRows((before) => merge(before, answered, most));
  }, [result.answer]);

  const add = (newer: TradeRow[]) => {
    if (still.current) setHeld((before) => merge(newer, before, most));
    else setRows((before) => merge(newer, before, Math.max(most, before.length)));
  };
  const fillGap = async (after: string) => {
    const missing = await get<TradeList>(address('/api/trades', { ...query, after })).catch(() => null);
    if (missing) add(missing.data.rows);
  };
  useTopic('trades', { ...query }, (name, message) => {
    if (name !== 'trades') return;
    const { after, last: newest, rows: newer, skipped: left } = message as LiveTrades;
    if (last.current && after && after !== last.current) void fillGap(last.current);
    last.current = newest ?? last.current;
    setSkipped((before) => before + left);
    add(newer);
  });

  const release = () => {
    setRows((before) => merge(held, before, Math.max(most, before.length)));
    setHeld([]);
  };
  const before = older === undefined ? (result.answer?.next ?? null) : older;
  const more = async () => {
    const page = await get<TradeList>(address('/api/trades', { ...query, before }));
    setOlder(page.next);
    setRows((shown) => merge(shown, page.data.rows, shown.length + page.data.rows.length));
  };
  return { result, rows, waiting: held.length, skipped, release, more, hasMore: before !== null };
}
