// The newest trades: first those that are stored, then each tick's; a gap is filled from the server.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { address, get, useAnswer, type Result } from '../api';
import { useTopic } from '../live';
import type { Answer, LiveTrades, TradeList, TradeRow } from '../types';

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

const mostOfAnswer = 200;
/** Older than every trade. */
const beforeAll = '0-0';

/** Block and place in it. */
const orderOf = (id: string) => id.split('-').map(Number) as [number, number];

function compare(a: string, b: string): number {
  const [block, log] = orderOf(a);
  const [otherBlock, otherLog] = orderOf(b);
  return block - otherBlock || log - otherLog;
}

/** Newest first, each once: the one that was there, which need not be drawn again. */
function merge(newer: TradeRow[], older: TradeRow[]): TradeRow[] {
  const seen = new Set<string>();
  const all = [...older, ...newer].filter(([id]) => !seen.has(id) && seen.add(id));
  return all.sort((a, b) => compare(b[0], a[0]));
}

const since = (rows: TradeRow[], id: string | undefined) =>
  rows.filter((row) => id === undefined || compare(row[0], id) > 0);

/** Rows in which none is missing. */
interface Stock {
  rows: TradeRow[];
  /** Came while the tape stood still. */
  held: TradeRow[];
  /** More came then than is kept: some are missing between `held` and `rows`. */
  apart: boolean;
  /** The server has none that are older. */
  whole: boolean;
}

const empty: Stock = { rows: [], held: [], apart: false, whole: false };

/** `gap`: some are missing before those that come, so that what is older goes. */
interface News {
  rows: TradeRow[];
  gap: boolean;
  whole: boolean;
}

function show(stock: Stock, { rows: newer, gap, whole }: News, most: number): Stock {
  const all = merge(newer, gap ? since(stock.rows, newer.at(-1)?.[0]) : stock.rows);
  const rows = all.slice(0, Math.max(most, stock.rows.length));
  return { ...stock, rows, whole: (whole || (stock.whole && !gap)) && rows.length === all.length };
}

function hold(stock: Stock, { rows: newer, gap }: News, most: number): Stock {
  const before = gap ? since(stock.held, newer.at(-1)?.[0]) : stock.held;
  const all = merge(since(newer, stock.rows[0]?.[0]), before);
  return { ...stock, held: all.slice(0, most), apart: stock.apart || gap || all.length > most };
}

export function useTape(filter: TapeFilter, most: number, moving: boolean): Tape {
  const query = { ...filter };
  const path = address('/api/trades', query);
  const result = useAnswer<TradeList>(path);
  const [stock, setStock] = useState(empty);
  const [skipped, setSkipped] = useState(0);
  /** Up to this one none is missing. */
  const last = useRef<string | null>(null);
  const early = useRef(false);
  const asked = useRef(path);
  asked.current = path;
  const filling = useRef('');
  const again = useRef(false);
  const still = useRef(!moving);
  still.current = !moving;

  const add = (news: News) =>
    setStock((before) => (still.current && before.rows.length ? hold : show)(before, news, most));
  const reach = (id: string | null | undefined) => {
    if (id && (!last.current || compare(id, last.current) > 0)) last.current = id;
  };
  /** The newest of all: they join what was there, unless more came than they are. */
  const take = ({ data: { rows, looked_back_to }, next }: Answer<TradeList>) => {
    const oldest = rows.at(-1)?.[0];
    const isAll = next === null && looked_back_to === null;
    const gap = Boolean(!isAll && last.current && oldest && compare(oldest, last.current) > 0);
    reach(rows[0]?.[0] ?? beforeAll);
    add({ rows, gap, whole: next === null });
  };
  const fill = async () => {
    if (filling.current === path) {
      again.current = true;
      return;
    }
    filling.current = path;
    again.current = false;
    const newest = await get<TradeList>(address('/api/trades', { ...query, limit: mostOfAnswer })).catch(() => null);
    if (filling.current === path) filling.current = '';
    if (!newest || asked.current !== path) return;
    take(newest);
    // What came meanwhile may be newer than the answer.
    if (again.current) void fill();
  };

  // Before it is drawn, or an empty tape would be seen for a moment.
  useLayoutEffect(() => {
    setStock(empty);
    setSkipped(0);
    last.current = null;
    early.current = false;
  }, [path]);
  useLayoutEffect(() => {
    if (!result.answer) return;
    take(result.answer);
    if (early.current) void fill();
    early.current = false;
  }, [result.answer]);
  useTopic('trades', { ...query }, (name, message) => {
    // The stream has been opened again: what came meanwhile is asked for, not waited for.
    if (name === 'hello' && last.current) void fill();
    if (name !== 'trades') return;
    const { after, last: newest, rows, skipped: left } = message as LiveTrades;
    setSkipped((before) => before + left);
    add({ rows, gap: false, whole: false });
    if (!last.current) early.current = true;
    else if (after && compare(after, last.current) > 0) void fill();
    else reach(newest);
  });

  const release = () =>
    setStock((before) => {
      const { held: rows, apart: gap } = before;
      return show({ ...before, held: [], apart: false }, { rows, gap, whole: false }, most);
    });
  const more = async () => {
    const oldest = stock.rows.at(-1)?.[0];
    const page = await get<TradeList>(address('/api/trades', { ...query, before: oldest }));
    setStock((shown) =>
      // Unless rows have left the end of the list meanwhile.
      shown.rows.at(-1)?.[0] === oldest
        ? { ...shown, rows: merge(shown.rows, page.data.rows), whole: page.next === null }
        : shown,
    );
  };
  return {
    result,
    rows: stock.rows,
    waiting: stock.held.length,
    skipped,
    release,
    more,
    hasMore: stock.rows.length > 0 && !stock.whole,
  };
}
