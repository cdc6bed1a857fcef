// Times and ages. Both forms stand in the tooltip of each.
import { clock } from '../clock';
import { age, iso, moment, unknown, until } from '../format';
import { zone, zoneName } from '../settings';

type At = string | number | null | undefined;

const parse = (at: At) => (typeof at === 'number' ? at : at ? Date.parse(at) : NaN);

export function tip(ms: number): string {
  return `${iso(ms)}, ${until(ms - clock.peek())}`;
}

/** 14:02:11 today, 11-26 14:02 this year, else the day. `zoned` writes the zone behind it. */
export function Moment({ at, zoned = false }: { at: At; zoned?: boolean }) {
  const ms = parse(at);
  if (Number.isNaN(ms)) return <span>{unknown}</span>;
  return (
    <time dateTime={iso(ms)} title={tip(ms)}>
      {moment(ms, clock.value, zone.value)}
      {zoned && ` ${zoneName()}`}
    </time>
  );
}

/** 38 s, counting up; `word` stands behind it ("38 s old"), but not behind "now". */
export function Age({ at, word }: { at: At; word?: string }) {
  const ms = parse(at);
  if (Number.isNaN(ms)) return <span>{unknown}</span>;
  return (
    <time dateTime={iso(ms)} title={iso(ms)}>
      {age(clock.value - ms)}
      {word && clock.value - ms >= 1000 && ` ${word}`}
    </time>
  );
}

/** in 3 h, 5 d ago */
export function Until({ at }: { at: At }) {
  const ms = parse(at);
  if (Number.isNaN(ms)) return <span>{unknown}</span>;
  return (
    <time dateTime={iso(ms)} title={iso(ms)}>
      {until(ms - clock.value)}
    </time>
  );
}
