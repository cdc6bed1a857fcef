// What the reader chose, kept in this browser.
import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';
export type Zone = 'utc' | 'local';

function stored<Value extends string>(name: string, allowed: readonly Value[]): Value {
  try {
    const value = localStorage.getItem(name) as Value;
    return allowed.includes(value) ? value : allowed[0];
  } catch {
    return allowed[0];
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is forbidden or full: the choice lasts until the page is left.
  }
}

export const theme = signal<Theme>(stored('theme', ['auto', 'light', 'dark'] as const));
export const zone = signal<Zone>(stored('zone', ['utc', 'local'] as const));
/** Whether single letters are keys (WCAG 2.1.4). */
export const letters = signal<'on' | 'off'>(stored('letters', ['on', 'off'] as const));

/** Whether the page is dark now, whatever decided it. */
export const dark = signal(false);

const system = matchMedia('(prefers-color-scheme: dark)');

function applyTheme(): void {
  const root = document.documentElement;
  if (theme.value === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme.value;
  dark.value = theme.value === 'auto' ? system.matches : theme.value === 'dark';
}

export function keepSettings(): void {
  effect(() => {
    store('theme', theme.value);
    applyTheme();
  });
  effect(() => store('zone', zone.value));
  effect(() => store('letters', letters.value));
  system.addEventListener('change', applyTheme);
}

export function nextTheme(): void {
  theme.value = ({ auto: 'light', light: 'dark', dark: 'auto' } as const)[theme.value];
}

export function nextZone(): void {
  zone.value = zone.value === 'utc' ? 'local' : 'utc';
}

export function zoneName(): string {
  return zone.value === 'utc' ? 'UTC' : 'local time';
}
