// The states a panel can be in besides "here it is": loading, empty, error, stale, cut.
import type { ComponentChildren } from 'preact';
import type { Trouble } from '../api';
import { Age, Moment } from './time';

/** Grey bars of about the final size, or of just that; nothing for the first 300 ms. */
export function Loading({ rows = 5, height }: { rows?: number; height?: number }) {
  return (
    <div class={`loading ${height ? 'sized' : ''}`} style={{ minHeight: height && `${height}px` }} aria-busy="true">
      <span class="only-heard">Loading</span>
      {Array.from({ length: rows }, (_, n) => (
        <i key={n} class={`bar bar-${n % 4}`} />
      ))}
    </div>
  );
}

/** Answered, and there is nothing: says why, and what next. */
export function Empty({ say, children }: { say: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>{say}</p>
      {children}
    </div>
  );
}

export function Failed({ trouble, retry }: { trouble: Trouble; retry?: () => void }) {
  return (
    <div class="failed">
      <p>
        <span class="mark bad" aria-hidden="true" /> <b>{trouble.message}</b>
      </p>
      {trouble.hint && <p class="muted">{trouble.hint}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** The values stand, and are old. */
export function Stale({ at, trouble, retry }: { at: string; trouble?: Trouble | null; retry?: () => void }) {
  return (
    <p class="stale-note">
      <span class="mark warn" aria-hidden="true" />
      <span>
        Of <Moment at={at} zoned />, <Age at={at} word="old" />. {trouble?.message}
      </span>
      {trouble && retry && (
        <button type="button" class="small" onClick={retry}>
          Try again
        </button>
      )}
    </p>
  );
}

export function Cut({ children }: { children: ComponentChildren }) {
  return (
    <p class="cut-note">
      <span class="mark warn" aria-hidden="true" /> <span>{children}</span>
    </p>
  );
}
