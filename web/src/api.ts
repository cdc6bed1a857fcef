// Questions to the server: abort, errors, repetition, and the last answer kept for the way back.
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock, setServerTime } from './clock';
import { go } from './place';
import type { Answer, ErrorCode, Failure } from './types';

export interface Trouble {
  code: ErrorCode | 'unreachable';
  message: string;
  hint: string;
}

export class ApiError extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.message);
  }
}

const unreachable: Trouble = {
  code: 'unreachable',
  message: 'The server does not answer.',
  hint: 'It may be starting or stopped; polyhouse status says more.',
};

function toLogin(): void {
  const { pathname, search, hash } = location;
  // A query of SQL comes along; any other fragment would be taken for a token.
  const query = hash.startsWith('#q=') ? hash : '';
  if (pathname !== '/login') go(`/login?next=${encodeURIComponent(pathname + search)}${query}`);
}

async function troubleOf(response: Response): Promise<Trouble> {
  if (response.status === 401) toLogin();
  try {
    return ((await response.json()) as Failure).error;
  } catch {
    return { code: 'unavailable', message: `The server answered ${response.status}.`, hint: '' };
  }
}

/** `X-Polyhouse` is what a form of another site cannot send. */
const own = { 'X-Polyhouse': '1' };

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...own, ...init.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(unreachable);
  }
  if (!response.ok) throw new ApiError(await troubleOf(response));
  return response;
}

export async function get<Data>(path: string, signal?: AbortSignal): Promise<Answer<Data>> {
  const response = await ask(path, { signal });
  return (await response.json()) as Answer<Data>;
}

export async function post<Data>(path: string, body: unknown): Promise<Answer<Data>> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await ask(path, { method: 'POST', body: JSON.stringify(body), headers });
  return (await response.json()) as Answer<Data>;
}

/** Path and parameters; those that are empty are left out. */
export function address(path: string, query: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

const kept = new Map<string, Kept>();

interface Kept {
  answer: Answer<unknown>;
  /** By the clock of `clock`. */
  received: number;
}

function keep(path: string, answer: Answer<unknown>): Kept {
  kept.delete(path);
  if (kept.size >= 64) kept.delete(kept.keys().next().value as string);
  const entry = { answer, received: clock.value };
  kept.set(path, entry);
  return entry;
}

export interface Result<Data> {
  /** The last answer of this question; of the one before while the new one is under way and `carry` is set. */
  answer: Answer<Data> | null;
  trouble: Trouble | null;
  loading: boolean;
  /** The values are older than they should be. */
  stale: boolean;
  retry: () => void;
}

interface Options {
  /** Ask again so often, in milliseconds, while the page is seen. */
  every?: number;
  /** Show the answer to the last question until the new one is answered. */
  carry?: boolean;
}

interface Shown {
  path: string | null;
  entry: Kept | null;
  trouble: Trouble | null;
}

/** Asks `path`, again when it changes; drops the older request. Null asks nothing. */
export function useAnswer<Data>(path: string | null, options: Options = {}): Result<Data> {
  const { every = 0, carry = false } = options;
  const [shown, setShown] = useState<Shown>({ path: null, entry: null, trouble: null });
  const [turn, setTurn] = useState(0);
  const last = useRef<Kept | null>(null);

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    const load = () => get<Data>(path, abort.signal).then(succeed, fail);
    const succeed = (answer: Answer<Data>) => {
      if (kept.size === 0) setServerTime(answer.as_of);
      last.current = keep(path, answer);
      setShown({ path, entry: last.current, trouble: null });
    };
    const fail = (error: unknown) => {
      if (abort.signal.aborted) return;
      const trouble = error instanceof ApiError ? error.trouble : unreachable;
      setShown((before) => ({ path, entry: before.path === path ? before.entry : null, trouble }));
    };
    load();
    const timer = every ? setInterval(() => document.hidden || load(), every) : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [path, turn, every]);

  const current = shown.path === path ? shown : null;
  const entry = current?.entry ?? (path ? kept.get(path) : null) ?? (carry ? last.current : null);
  const trouble = current?.trouble ?? null;
  const overdue = every > 0 && entry !== null && clock.value - entry.received > 3 * every + 2000;
  return {
    answer: (entry?.answer as Answer<Data> | undefined) ?? null,
    trouble,
    loading: path !== null && !current,
    stale: Boolean(entry && (entry.answer.stale || overdue || (trouble && current))),
    retry: () => setTurn((n) => n + 1),
  };
}
