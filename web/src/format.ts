// Every number and every time of the page is written here. Unknown is always `–`, never 0.
import type { Zone } from './settings';

export const unknown = '–';

type Maybe = number | null | undefined;

const known = (n: Maybe): n is number => typeof n === 'number' && Number.isFinite(n);
const sign = (n: number) => (n < 0 ? '−' : '');

const digits = new Intl.NumberFormat('en-US');
const exactDigits = new Intl.NumberFormat('en-US', { maximumFractionDigits: 12 });

/** 1,512,044 */
export function count(n: Maybe): string {
  return known(n) ? digits.format(Math.round(n)).replace('-', '−') : unknown;
}

/** All decimals, for the tooltip. */
export function exact(n: Maybe): string {
  return known(n) ? exactDigits.format(n).replace('-', '−') : 'unknown';
}

function scaled(n: number): string {
  const units = ['', 'K', 'M', 'B', 'T'];
  let value = Math.abs(n);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return (value < 99.95 ? value.toFixed(1) : value.toFixed(0)) + units[unit];
}

/** 310, 18.2K, 1.2M */
export function short(n: Maybe): string {
  if (!known(n)) return unknown;
  if (Math.abs(n) >= 999.5) return sign(n) + scaled(n);
  const rounded = Math.abs(n) >= 99.95 || Number.isInteger(n) ? Math.round(Math.abs(n)).toString() : trimmed(n);
  return sign(n) + rounded;
}

const trimmed = (n: number) => Math.abs(n).toFixed(1).replace(/\.0$/, '');

/** $12.34, $770, $84.0K, $1.2M */
export function money(n: Maybe): string {
  if (!known(n)) return unknown;
  const value = Math.abs(n);
  if (value >= 999.5) return `${sign(n)}$${scaled(n)}`;
  return `${sign(n)}$${value < 99.995 ? value.toFixed(2) : value.toFixed(0)}`;
}

/** +$1,204 as +$1.2K: with a sign also when positive. */
export function gain(n: Maybe): string {
  return known(n) && n > 0 ? `+${money(n)}` : money(n);
}

/** 64%, <1%, >99% */
export function chance(p: Maybe): string {
  if (!known(p)) return unknown;
  if (p > 0 && p < 0.01) return '<1%';
  if (p < 1 && p > 0.99) return '>99%';
  return `${Math.round(p * 100)}%`;
}

function centDecimals(cents: number, tick: Maybe): number {
  if (known(tick) && tick > 0) return Math.max(0, Math.min(4, Math.round(-Math.log10(tick)) - 2));
  return Math.abs(cents - Math.round(cents)) < 0.05 ? 0 : 1;
}

/** 64¢, 64.2¢, 0.4¢: as many decimals as the market's tick has, or as are needed. */
export function price(p: Maybe, tick?: Maybe): string {
  if (!known(p)) return unknown;
  const cents = p * 100;
  return `${sign(p)}${Math.abs(cents).toFixed(centDecimals(cents, tick))}¢`;
}

/** +2.1 points, −0.4 */
export function change(p: Maybe): string {
  if (!known(p)) return '';
  const points = p * 100;
  if (Math.abs(points) < 0.05) return '±0';
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)}`;
}

/** 1,200.0 */
export function shares(n: Maybe): string {
  if (!known(n)) return unknown;
  if (Math.abs(n) >= 999_999.5) return short(n);
  const text = n.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return text.replace('-', '−');
}

/** 310/s, 0.4/s */
export function rate(n: Maybe): string {
  return known(n) ? `${short(n)}/s` : unknown;
}

/** 96 MB, of 10⁶ */
export function bytes(n: Maybe): string {
  if (!known(n)) return unknown;
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** 84 ms, 1.30 s, 3 min */
export function took(ms: Maybe): string {
  if (!known(ms)) return unknown;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 99_950 ? `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s` : span(ms);
}

/** A length of time in one unit: 38 s, 2 min, 5 h, 3 d. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return seconds < 730 * 86_400 ? `${Math.round(seconds / 86_400)} d` : `${Math.round(seconds / 31_557_600)} years`;
}

/** now, 3 s, 2 min: how old something is. */
export function age(ms: Maybe): string {
  if (!known(ms)) return unknown;
  return ms < 1000 ? 'now' : span(ms);
}

/** in 3 h, 5 d ago */
export function until(ms: number): string {
  return ms >= 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
}

const two = (n: number) => String(n).padStart(2, '0');

interface Parts {
  year: number;
  month: string;
  day: string;
  hour: string;
  minute: string;
  second: string;
}

function timeParts(ms: number, zone: Zone): Parts {
  const at = new Date(ms);
  const utc = zone === 'utc';
  return {
    year: utc ? at.getUTCFullYear() : at.getFullYear(),
    month: two((utc ? at.getUTCMonth() : at.getMonth()) + 1),
    day: two(utc ? at.getUTCDate() : at.getDate()),
    hour: two(utc ? at.getUTCHours() : at.getHours()),
    minute: two(utc ? at.getUTCMinutes() : at.getMinutes()),
    second: two(utc ? at.getUTCSeconds() : at.getSeconds()),
  };
}

/** 14:02:11 */
function clockTime(ms: number, zone: Zone): string {
  const { hour, minute, second } = timeParts(ms, zone);
  return `${hour}:${minute}:${second}`;
}

/** 14:02:11.000 */
export function clockMillis(ms: number, zone: Zone): string {
  return `${clockTime(ms, zone)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}`;
}

/** 2026-11-26 */
export function day(ms: number, zone: Zone): string {
  const { year, month, day: date } = timeParts(ms, zone);
  return `${year}-${month}-${date}`;
}

/** 14:02:11 today, 11-26 14:02 this year, else 2025-11-26 */
export function moment(ms: number, now: number, zone: Zone): string {
  if (!Number.isFinite(ms)) return unknown;
  const at = timeParts(ms, zone);
  const today = timeParts(now, zone);
  if (at.year !== today.year) return day(ms, zone);
  if (at.month !== today.month || at.day !== today.day) return `${at.month}-${at.day} ${at.hour}:${at.minute}`;
  return clockTime(ms, zone);
}

export function iso(ms: number): string {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

/** 0x3f4c…a1e2 */
export function hash(text: string): string {
  return text.length > 12 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text;
}

/** 1 market, 2 markets */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** 5 min, 1 h, 1 d: the step of a chart. */
export function step(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Cuts what nobody reads to its end; the whole stays one click away. */
export function cut(text: string, most: number): string {
  const characters = text.length > most ? [...text.slice(0, most * 2)] : null;
  return characters && characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}
