// Numbers as shown, with the exact value in the tooltip.
import { useRef } from 'preact/hooks';
import * as format from '../format';

type Maybe = number | null | undefined;

/** Tints its text for a moment when that changes. */
function Tint({ text, title }: { text: string; title?: string }) {
  const before = useRef(text);
  const turn = useRef(0);
  if (before.current !== text) {
    before.current = text;
    turn.current += 1;
  }
  const changed = turn.current ? `tint-${turn.current % 2}` : '';
  return (
    <span class={`number ${changed}`} title={title}>
      {text}
    </span>
  );
}

export function Money({ usd }: { usd: Maybe }) {
  return <Tint text={format.money(usd)} title={`${format.exact(usd)} US dollars`} />;
}

/** Profit or loss: sign and arrow say it, colour only repeats it. */
export function Gain({ usd }: { usd: Maybe }) {
  const mood = usd ? (usd > 0 ? 'gain' : 'loss') : '';
  return (
    <span class={`number ${mood}`} title={`${format.exact(usd)} US dollars`}>
      {format.gain(usd)}
    </span>
  );
}

export function Price({ p, tick }: { p: Maybe; tick?: Maybe }) {
  return <Tint text={format.price(p, tick)} title={`${format.exact(p)} US dollars a share`} />;
}

export function Chance({ p }: { p: Maybe }) {
  return <Tint text={format.chance(p)} title={`probability ${format.exact(p)}`} />;
}

export function Change({ p }: { p: Maybe }) {
  const text = format.change(p);
  if (!text) return null;
  return (
    <span class="number change" title={`${format.exact(p! * 100)} points in 24 h`}>
      {text}
    </span>
  );
}

export function Count({ n }: { n: Maybe }) {
  return <Tint text={format.count(n)} title={format.exact(n)} />;
}
