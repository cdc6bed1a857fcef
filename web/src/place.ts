// The address: read as a signal, changed by `go` and `setQuery`.
import { signal } from '@preact/signals';

export interface Place {
  path: string;
  query: URLSearchParams;
  hash: string;
}

function read(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash };
}

export const place = signal<Place>(read());

/** Set when the reader came back to a page: what to focus there, and where it was scrolled to. */
export const comeback: { focus: string | null; scroll: number; pending: boolean } = {
  focus: null,
  scroll: 0,
  pending: false,
};

function rememberHere(): void {
  const link = document.activeElement?.closest('a')?.getAttribute('href') ?? null;
  history.replaceState({ focus: link, scroll: scrollY }, '');
}

export function go(to: string): void {
  rememberHere();
  history.pushState(null, '', to);
  comeback.pending = false;
  place.value = read();
}

export function replace(to: string): void {
  history.replaceState(history.state, '', to);
  place.value = read();
}

/** Sets or, with null or '', removes parameters of the address; no step back is made for them. */
export function setQuery(changes: Record<string, string | null>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  replace(location.pathname + (text ? `?${text}` : '') + location.hash);
}

function onPop(event: PopStateEvent): void {
  comeback.focus = event.state?.focus ?? null;
  comeback.scroll = event.state?.scroll ?? 0;
  comeback.pending = true;
  place.value = read();
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.('a');
  const href = link?.getAttribute('href');
  if (!link || !href?.startsWith('/') || link.hasAttribute('download') || link.target) return;
  if (href.endsWith('.txt')) return;
  event.preventDefault();
  link.focus({ preventScroll: true });
  go(href);
}

export function listenToAddress(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', onPop);
  addEventListener('hashchange', () => (place.value = read()));
  document.addEventListener('click', onClick);
}
