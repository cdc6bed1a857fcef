// Which page an address shows. The server answers the shell for the same patterns.

export type PageName =
  'now' | 'markets' | 'market' | 'event' | 'wallets' | 'wallet' | 'trades' | 'sql' | 'quality' | 'login' | 'missing';

export interface Route {
  page: PageName;
  params: string[];
}

const patterns: [RegExp, PageName][] = [
  [/^\/$/, 'now'],
  [/^\/markets\/?$/, 'markets'],
  [/^\/market\/([^/]+)\/?$/, 'market'],
  [/^\/event\/[^/]+\/([^/]+)\/?$/, 'market'],
  [/^\/event\/([^/]+)\/?$/, 'event'],
  [/^\/wallets\/?$/, 'wallets'],
  [/^\/wallet\/([^/]+)\/?$/, 'wallet'],
  [/^\/profile\/([^/]+)\/?$/, 'wallet'],
  [/^\/trades\/?$/, 'trades'],
  [/^\/sql\/?$/, 'sql'],
  [/^\/quality\/?$/, 'quality'],
  [/^\/quality\/dlq\/([^/]+)\/([^/]+)\/?$/, 'quality'],
  [/^\/login\/?$/, 'login'],
];

/** As it stands where it is not well-formed. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function route(path: string): Route {
  for (const [pattern, page] of patterns) {
    const match = pattern.exec(path);
    if (match) return { page, params: match.slice(1).map(decode) };
  }
  return { page: 'missing', params: [] };
}

const polymarket = /^(?:https?:\/\/)?(?:www\.)?polymarket\.com(\/[^\s]*)$/i;

/** The page of what is pasted or typed whole: a wallet, a market's id, an address of polymarket.com; else null. */
export function pathOf(text: string): string | null {
  const typed = text.trim();
  if (/^0x[0-9a-f]{40}$/i.test(typed)) return `/wallet/${typed.toLowerCase()}`;
  if (/^\d{1,12}$/.test(typed)) return `/market/${typed}`;
  const pasted = polymarket.exec(typed);
  if (!pasted) return null;
  const path = pasted[1].split(/[?#]/)[0].replace(/^\/@/, '/profile/');
  return route(path).page === 'missing' ? null : path;
}
