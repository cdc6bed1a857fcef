// The server's clock, which ages are counted by: a browser's own may be wrong.
import { signal } from '@preact/signals';

let offset = 0;

/** Milliseconds since 1970 by the server's clock; changes each second while the page is seen. */
export const clock = signal(Date.now());

export function serverNow(): number {
  return Date.now() + offset;
}

export function setServerTime(time: string): void {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return;
  offset = at - Date.now();
  clock.value = serverNow();
}

export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) clock.value = serverNow();
  }, 1000);
}
