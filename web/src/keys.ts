// Keys of one letter, and the list of them that `?` shows.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { go } from './place';
import { letters, nextTheme, nextZone } from './settings';

export interface Key {
  /** As `KeyboardEvent.key`. */
  key: string;
  does: string;
  run: () => void;
}

interface Group {
  name: string;
  keys: Key[];
}

export const keysShown = signal(false);

const pages: [string, string, string][] = [
  ['n', 'Now', '/'],
  ['m', 'Markets', '/markets'],
  ['t', 'Trades', '/trades'],
  ['w', 'Wallets', '/wallets'],
  ['s', 'SQL', '/sql'],
  ['q', 'Data quality', '/quality'],
];

const everywhere: Group = {
  name: 'Everywhere',
  keys: [
    { key: '/', does: 'Search', run: () => document.getElementById('search')?.focus() },
    { key: '?', does: 'These keys', run: () => (keysShown.value = true) },
    { key: 't', does: 'Theme: system, light, dark', run: nextTheme },
    { key: 'u', does: 'UTC or local time', run: nextZone },
    { key: 'c', does: 'Copy the link', run: () => void navigator.clipboard?.writeText(location.href) },
    { key: 'j', does: 'Next row', run: () => moveRow(1) },
    { key: 'k', does: 'Row before', run: () => moveRow(-1) },
    { key: 'o', does: 'Open on polymarket.com', run: () => outside()?.click() },
  ],
};

const groups = signal<Group[]>([everywhere]);

/** For the list of keys: what is pressed, and what it does. */
export function allKeys(): { name: string; keys: { pressed: string; does: string }[] }[] {
  const shown = groups.value.map(({ name, keys }) => ({
    name,
    keys: keys.map(({ key, does }) => ({ pressed: key === ' ' ? 'Space' : key, does })),
  }));
  shown.push({ name: 'Pages', keys: pages.map(([key, does]) => ({ pressed: `g ${key}`, does })) });
  shown.push({
    name: 'Charts, when focused',
    keys: [
      { pressed: '← →', does: 'Move the cursor' },
      { pressed: '+ −', does: 'Zoom' },
      { pressed: 'Esc', does: 'The whole range' },
    ],
  });
  shown.push({
    name: 'SQL',
    keys: [
      { pressed: 'Ctrl ↵', does: 'Run the query under the cursor' },
      { pressed: 'Esc', does: 'Cancel' },
      { pressed: 'Ctrl Space', does: 'Complete' },
      { pressed: 'Alt ↓', does: 'To the result' },
    ],
  });
  return shown;
}

function rowLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter((row) => row.offsetParent !== null);
}

function moveRow(by: number): void {
  const rows = rowLinks();
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next]?.focus();
}

function outside(): HTMLElement | null {
  return document.querySelector<HTMLElement>('main a[data-outside]');
}

const fields = /^(INPUT|TEXTAREA|SELECT)$/;

function inField(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0] as HTMLElement;
  return fields.test(target.tagName ?? '') || Boolean(target.isContentEditable);
}

let prefix = -Infinity;

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inField(event)) return;
  if (event.key !== '?' && event.key.length === 1 && letters.value === 'off') return;
  if (document.querySelector('dialog[open]')) return;
  const waited = performance.now() - prefix;
  prefix = -Infinity;
  const page = waited < 1500 ? pages.find(([key]) => key === event.key) : undefined;
  if (page) {
    event.preventDefault();
    go(page[2]);
  } else if (event.key === 'g') {
    prefix = performance.now();
  } else {
    runKey(event);
  }
}

function runKey(event: KeyboardEvent): void {
  // A space on a button presses it.
  if (event.key === ' ' && (event.target as Element).closest('button, a, summary')) return;
  for (const group of [...groups.value].reverse()) {
    const found = group.keys.find(({ key }) => key === event.key);
    if (!found) continue;
    event.preventDefault();
    found.run();
    return;
  }
}

export function listenToKeys(): void {
  document.addEventListener('keydown', press);
}

/** Keys of a page, while it stands; they go before those of everywhere. */
export function useKeys(name: string, keys: Key[]): void {
  useEffect(() => {
    const group = { name, keys };
    groups.value = [...groups.peek(), group];
    return () => {
      groups.value = groups.peek().filter((each) => each !== group);
    };
  });
}
