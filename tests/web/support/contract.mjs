// What the server answers the page: every endpoint with the type of its answer, asked and written as TypeScript.
import { until } from './until.mjs';

/** Answers by path; a name is that of the file in web/contract, `type` one of web/src/types.ts. */
export function questions({ market, changed, wallet, letter, day }) {
  const id = encodeURIComponent(market.id);
  const event = encodeURIComponent(market.event.id);
  const dead = { stream: letter.stream, ids: [letter.id] };
  return [
    { name: 'now', path: '/api/now', type: 'Answer<Now>' },
    { name: 'search', path: '/api/search?q=in', type: 'Answer<Search>' },
    { name: 'markets', path: '/api/markets?state=all', type: 'Answer<MarketList>' },
    { name: 'market', route: '/api/markets/:', path: `/api/markets/${id}`, type: 'Answer<Market>' },
    { name: 'market_prices', route: '/api/markets/:/prices', path: `/api/markets/${id}/prices`, type: 'Answer<Prices>' },
    {
      name: 'market_candles',
      route: '/api/markets/:/prices',
      path: `/api/markets/${id}/prices?kind=ohlc`,
      type: 'Answer<Prices<CandleSeries>>',
    },
    { name: 'story', route: '/api/markets/:/story', path: `/api/markets/${changed}/story`, type: 'Answer<StoryRow[]>' },
    { name: 'market_trades', route: '/api/markets/:/trades', path: `/api/markets/${id}/trades`, type: 'Answer<TradeList>' },
    { name: 'trades', path: '/api/trades', type: 'Answer<TradeList>' },
    { name: 'event', route: '/api/events/:', path: `/api/events/${event}`, type: 'Answer<EventPage>' },
    { name: 'event_prices', route: '/api/events/:/prices', path: `/api/events/${event}/prices`, type: 'Answer<Prices>' },
    { name: 'wallets', path: '/api/wallets?window=all', type: 'Answer<WalletRow[]>' },
    { name: 'wallet', route: '/api/wallets/:', path: `/api/wallets/${wallet}`, type: 'Answer<Wallet>' },
    {
      name: 'positions',
      route: '/api/wallets/:/positions',
      path: `/api/wallets/${wallet}/positions`,
      type: 'Answer<PositionRow[]>',
    },
    { name: 'profit', route: '/api/wallets/:/profit', path: `/api/wallets/${wallet}/profit`, type: 'Answer<Profit>' },
    { name: 'schema', path: '/api/schema', type: 'Answer<SchemaTable[]>' },
    { name: 'examples', path: '/api/examples', type: 'Answer<Example[]>' },
    { name: 'sql', path: '/api/sql', type: '(SqlMark | SqlValue[])[]', body: everyKind, read: lines, whole: true },
    { name: 'sql_error', path: '/api/sql', type: '(SqlMark | SqlValue[])[]', body: 'SELECT 1 +', read: lines, whole: true },
    { name: 'sql_download', path: '/api/sql/download', type: 'Record<DownloadFormat, string>', ask: downloads },
    { name: 'quality', path: '/api/quality', type: 'Answer<Quality>' },
    { name: 'ledger', path: `/api/quality/ledger?source=markets&day=${day}`, type: 'Answer<LedgerRow[]>' },
    { name: 'dlq', path: '/api/dlq', type: 'Answer<DeadLetterList>' },
    {
      name: 'dead_letter',
      route: '/api/dlq/:/:',
      path: `/api/dlq/${encodeURIComponent(letter.stream)}/${encodeURIComponent(letter.id)}`,
      type: 'Answer<DeadLetterPage>',
    },
    { name: 'replay', path: '/api/dlq/replay', type: 'Answer<ReplayResult>', body: JSON.stringify(dead) },
    { name: 'failure', route: '/api/markets/:', path: '/api/markets/no-such', type: 'Failure', status: 404 },
  ];
}

/** The route of a question: its path without what is asked, what varies as ":". */
export const routeOf = ({ route, path }) => route ?? path.split('?')[0];

const everyKind =
  "SELECT toUInt64(18446744073709551615) AS id, 0.5 AS price, toDecimal64(1.5, 6) AS usd, 'Yes' AS outcome, NULL AS no, [1, 2] AS list, map('a', 1) AS named, true AS yes FROM numbers(3)";

const lines = (text) => text.trim().split('\n').map((line) => JSON.parse(line));

const own = (url) => ({ 'X-Polyhouse': '1', Origin: url });

async function downloads(url) {
  const types = {};
  for (const format of ['CSVWithNames', 'Parquet', 'JSONEachRow']) {
    const body = new URLSearchParams({ q: 'SELECT 1 AS one', format });
    const response = await fetch(`${url}/api/sql/download`, { method: 'POST', headers: own(url), body });
    await response.arrayBuffer();
    if (response.ok) types[format] = response.headers.get('content-type');
  }
  return types;
}

async function answerTo(url, question) {
  if (question.ask) return question.ask(url);
  const { path, body, status = 200, read = JSON.parse } = question;
  const headers = { ...own(url), 'Content-Type': path.endsWith('/replay') ? 'application/json' : 'text/plain' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body };
  const response = await fetch(url + path, init);
  const text = await response.text();
  if (response.status !== status) throw new Error(`${path}: ${response.status} ${text.slice(0, 400)}`);
  return read(text);
}

/** Every answer with its name and type, one after the other. */
export async function askAll(url, asked) {
  const records = [];
  for (const question of asked) records.push({ ...question, value: await answerTo(url, question) });
  return records;
}

/** The first message of each event that is heard of `market`'s page, until `stop` has ended the server. */
export async function listen(url, market, stop) {
  const heard = {};
  const response = await fetch(`${url}/api/live?topics=now,trades,quality,market:${market.id}`);
  const reading = read(response.body, (name, data) => {
    if (name !== 'trades' || data.rows.length) heard[name] ??= data;
  });
  await until('each event was heard', () => ['hello', 'now', 'trades', 'quality', 'market'].every((name) => heard[name]));
  await stop();
  await reading;
  return heard;
}

async function read(body, hear) {
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const messages = text.split('\n\n');
    text = messages.pop();
    for (const message of messages) {
      const [, name] = message.match(/^event: ?(.*)$/m) ?? [];
      const [, data] = message.match(/^data: ?(.*)$/m) ?? [];
      if (name) hear(name, JSON.parse(data));
    }
  }
}

/** TypeScript that holds `value` against its type. `types`: where web/src/types.ts is, seen from there. */
export function sourceOf({ type, value }, types) {
  const names = [...new Set(type.match(/[A-Z]\w*/g))].filter((name) => name !== 'Record').sort();
  return `// Recorded by tests/web/contract_test.mjs.
import type { ${names.join(', ')} } from '${types}';

export default ${written(value)} satisfies ${type};
`;
}

const widest = 110;

/** JSON with as much in a line as is read easily. */
function written(value, indent = '') {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Object.entries(value).map(([name, each]) => {
    const text = written(each, `${indent}  `);
    return Array.isArray(value) ? text : `${JSON.stringify(name)}: ${text}`;
  });
  const line = `${open}${parts.join(', ')}${close}`;
  if (line.length + indent.length <= widest && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close}`;
}

const most = 3;
const longest = 300;

/** The same with few rows and short texts, and nothing of the machine it was made on. Rows that are lists stay whole. */
export function shortened(value, name = '') {
  if (typeof value === 'string') return ['host', 'where'].includes(name) && value ? 'machine' : withoutPlaces(value).slice(0, longest);
  if (Array.isArray(value)) {
    const kept = name === 'row' ? value : value.slice(0, most);
    return kept.map((each) => shortened(each, Array.isArray(each) ? 'row' : name));
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each, key)]));
}

const withoutPlaces = (text) => text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:8000').replace(/\/tmp\/[\w-]+/g, '/example');
