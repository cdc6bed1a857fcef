// The JSON contract between the page and the server: every endpoint, every event.
//
// Ids and 64-bit numbers are text. Prices (0 to 1), US dollars and shares are numbers or null where unknown.
// Times are ISO 8601 with Z; a name that ends in `_ms`, and `t_ms`, is an integer of milliseconds; in columns
// of charts `t` is seconds since 1970. Rows are objects, except trades, columns of charts and rows of SQL.

export type Id = string;
/** ISO 8601 in UTC: 2026-11-26T14:02:11Z, with or without milliseconds. */
export type Time = string;
export type Price = number | null;
export type Usd = number | null;
export type Shares = number | null;

/** What every answer looks like. */
export interface Answer<Data> {
  as_of: Time;
  data: Data;
  /** Cursor of the next page, given back as `cursor=` (trades: `before=`); null at the end. */
  next: string | null;
  /** The engine is away and this is its last answer. */
  stale: boolean;
  /** A limit or the deadline left rows out. */
  truncated: boolean;
  took_ms: number;
}

export type ErrorCode =
  'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'deadline' | 'too_large' | 'busy' | 'unavailable';

/** What every failure looks like: status 400, 401, 403, 404, 408, 413, 429 (with Retry-After), 503. */
export interface Failure {
  error: { code: ErrorCode; message: string; hint: string };
}

// ---- GET /api/now, event `now` -------------------------------------------------------------------------------

export type Level = 'good' | 'warn' | 'bad';
/** `idle`: nothing to do, which is well; `off`: switched off by the settings. */
export type State = Level | 'idle' | 'off';

export interface Now {
  as_of: Time;
  level: Level;
  /** One sentence: how things are. */
  say: string;
  problems: Problem[];
  roles: Role[];
  flows: Flow[];
  /** Newest first, at most 20. */
  events: NowEvent[];
}

export interface Problem {
  /** Stable name, `PolyhouseTableNotWritten table trades`. */
  id: string;
  level: 'warn' | 'bad';
  title: string;
  since: Time | null;
  /** What is safe in the meantime: "0 rows lost; 2 ingesters ask again every 30 s." */
  safe: string;
  /** The command that helps, or empty. */
  command: string;
  /** Section of docs/runbook.md: the name of the alert. */
  runbook: string;
}

export interface Role {
  name: string;
  /** The process that plays it; empty: none does. */
  host: string;
  age_ms: number;
  state: State;
}

/** One row of the picture: source, lanes, stream, writer, table. */
export interface Flow {
  /** markets, events, fills, trades, … */
  name: string;
  source: {
    label: string;
    state: State;
    note: string;
    /** Requests a second, and how many are allowed; null where there is no limit. */
    rate: number | null;
    of: number | null;
    /** The last 60 seconds, oldest first; null where nothing was known. */
    spark: (number | null)[];
  };
  lanes: Lane[];
  stream: {
    name: string;
    state: State;
    lag_rows: number | null;
    lag_ms: number | null;
    pending: number | null;
    spark: (number | null)[];
  };
  writer: {
    state: State;
    rows_s: number | null;
    batch_p99_ms: number | null;
    retries: number;
    dead: number;
  };
  table: {
    name: string;
    rows: number | null;
    bytes: number | null;
    /** The counted number of rows, which is dear, with its time. */
    exact: { rows: number; as_of: Time } | null;
    /** Rows that are of the last 24 h by their own time; null where that is not known. */
    grown_24h: number | null;
  };
}

export interface Lane {
  name: string;
  state: State;
  /** Time of the newest row it brought. */
  newest: Time | null;
  rows_s: number | null;
  requests_s: number | null;
  next_in_ms: number | null;
  /** Its last error while that lasts, else empty. */
  error: string;
}

export interface NowEvent {
  at: Time;
  level: Level;
  text: string;
  where: string;
}

// ---- GET /api/search?q= --------------------------------------------------------------------------------------

export interface Search {
  markets: { id: Id; question: string; event_title: string; outcome: string; price: Price; closed: boolean }[];
  events: { id: Id; slug: string; title: string; markets: number }[];
  tags: { tag: string; markets: number }[];
  /** The address when `q` is one, whether or not it has traded. */
  wallet: string | null;
}

// ---- GET /api/markets?q&state&sort&tag&event&cursor ----------------------------------------------------------

export type MarketSort = 'volume' | 'volume24h' | 'liquidity' | 'end' | 'created';
export type MarketStateFilter = 'open' | 'closed' | 'all';
/** `paused`: open, and takes no orders. `resolved`: closed with known payouts. */
export type MarketState = 'open' | 'paused' | 'closed' | 'resolved';

export interface EventRef {
  id: Id;
  slug: string;
  title: string;
}

export interface MarketRow {
  id: Id;
  slug: string;
  question: string;
  event: EventRef | null;
  tags: string[];
  outcomes: string[];
  /** Beside `outcomes`: Gamma's price of each; null where unknown. */
  prices: Price[];
  price_as_of: Time | null;
  /** Change of the first outcome's price in 24 h, from trades; null where unknown. */
  change_24h: number | null;
  volume: Usd;
  volume24h: Usd;
  liquidity: Usd;
  ends: Time | null;
  closed: boolean;
  state: MarketState;
  /** The outcome that paid 1; null while open and for 50-50. */
  winner: string | null;
}

export interface MarketList {
  rows: MarketRow[];
  /** How many match in all; null when that was too dear to count. */
  found: number | null;
}

// ---- GET /api/markets/:id (id or slug) -----------------------------------------------------------------------

export interface Market extends MarketRow {
  description: string;
  condition_id: string;
  /** Beside `outcomes`: token ids, text of up to 78 digits. */
  tokens: string[];
  created: Time | null;
  closed_at: Time | null;
  tick: number | null;
  /** Beside `outcomes`: the price of the last trade; null where none. */
  last: Price[];
  last_at: Time | null;
  /** What takers paid in the trades that are stored, each match once; `volume` is Gamma's. */
  traded_usd: Usd;
  trades: number | null;
  resolution: {
    /** proposed, disputed, resolved, …; empty while none. */
    status: string;
    resolved_at: Time | null;
    /** Beside `outcomes`: what a share has paid. */
    payouts: Price[] | null;
    source: string;
  } | null;
  story_count: number;
  links: { polymarket: string | null; polygonscan: string | null };
}

// ---- GET /api/markets/:id/prices?from&to&points&kind=line|ohlc -----------------------------------------------
// GET /api/events/:id/prices?from&to&points&top ----------------------------------------------------------------
// `from` and `to` are seconds since 1970; without them, all that there is.

export interface LineSeries {
  outcome: string;
  /** The market a series of an event belongs to; absent for a market's own chart. */
  market_id?: Id;
  p: Price[];
}

export interface CandleSeries {
  outcome: string;
  o: Price[];
  h: Price[];
  l: Price[];
  c: Price[];
}

export interface Prices<Series = LineSeries> {
  bucket_s: number;
  t: number[];
  series: Series[];
  /** US dollars in each bucket, each match once. */
  v: Usd[];
}

// ---- GET /api/markets/:id/story?cursor -----------------------------------------------------------------------

/** One field that changed between two readings; newest first. Values are text as shown. */
export interface StoryRow {
  at: Time;
  changed: string;
  from: string | null;
  to: string | null;
}

// ---- GET /api/trades, GET /api/markets/:id/trades ------------------------------------------------------------
// ?market&event&wallet&outcome&side=buy|sell&min_usd&before&after ; `before` and `after` are ids of trades.

export type Side = 'buy' | 'sell';

/** id, t_ms, market_id, question, outcome, side of the taker, price, shares, usd, maker, taker, tx */
export type TradeRow = [
  id: string,
  t_ms: number,
  market_id: Id | null,
  question: string | null,
  outcome: string | null,
  side: Side,
  price: Price,
  shares: Shares,
  usd: Usd,
  maker: string,
  taker: string,
  tx: string,
];

export interface TradeList {
  /** Newest first. */
  rows: TradeRow[];
  /** The search ended there; null when it saw all there is. */
  looked_back_to: Time | null;
}

// ---- GET /api/events/:id (id or slug) ------------------------------------------------------------------------

export interface EventPage {
  event: EventRef & {
    description: string;
    tags: string[];
    series: string | null;
    volume: Usd;
    volume24h: Usd;
    liquidity: Usd;
    starts: Time | null;
    ends: Time | null;
    links: { polymarket: string | null };
  };
  markets: MarketRow[];
  counts: { open: number; closed: number };
}

// ---- GET /api/wallets?window=1d|7d|30d|all, GET /api/wallets/:address ----------------------------------------

export type WalletWindow = '1d' | '7d' | '30d' | 'all';

/** The most active of the window, by volume. */
export interface WalletRow {
  wallet: string;
  volume: Usd;
  trades: number;
  /** Outcomes of markets: both of one are two. */
  markets: number;
  last: Time;
}

export interface Wallet {
  wallet: string;
  realised: Usd;
  open: Usd;
  priced_as_of: Time | null;
  volume: Usd;
  trades: number;
  first: Time | null;
  last: Time | null;
  /** What these figures leave out: splits, merges, redemptions, transfers, … */
  not_included: string[];
}

/** GET /api/wallets/:address/positions?cursor */
export interface PositionRow {
  market_id: Id | null;
  question: string | null;
  outcome: string | null;
  token: string;
  shares: Shares;
  average: Price;
  now: Price;
  value: Usd;
  realised: Usd;
  open: Usd;
  closed: boolean;
}

/** GET /api/wallets/:address/profit?points */
export interface Profit {
  t: number[];
  /** Realised and open together. */
  profit: Usd[];
}

// ---- GET /api/schema, GET /api/examples ----------------------------------------------------------------------

export interface SchemaTable {
  table: string;
  comment: string;
  rows: number | null;
  columns: { name: string; type: string; comment: string }[];
}

export interface Example {
  name: string;
  /** Heading it stands under. */
  group: string;
  sql: string;
}

// ---- POST /api/sql?limit&deadline_s --------------------------------------------------------------------------
// The body is the query as text/plain. NDJSON: a line that begins with `{` is a SqlMark, one with `[` a row.
// Every 64-bit integer and Decimal of a row is text. Dropping the request ends the query.

export type SqlValue = string | number | boolean | null | SqlValue[] | { [key: string]: SqlValue };

export interface SqlColumn {
  name: string;
  type: string;
}

export interface SqlEnd {
  rows: number;
  took_ms: number;
  truncated: boolean;
}

/** `position`: place in the query where the error is, counted in characters from 0; null where unknown. */
export interface SqlError {
  code: ErrorCode | 'query';
  message: string;
  hint: string;
  position: number | null;
}

export type SqlMark = { columns: SqlColumn[] } | { end: SqlEnd } | { error: SqlError };

/** POST /api/sql/download: form fields `q` and `format`; answers an attachment. */
export type DownloadFormat = 'CSVWithNames' | 'Parquet' | 'JSONEachRow';

// ---- GET /api/quality, GET /api/quality/ledger?source&day ----------------------------------------------------

export interface Quality {
  sources: QualitySource[];
  verify: QualityRun[];
  reconcile: QualityRun[];
  dead: number;
}

/** How complete one listing or chain range is. */
export interface QualitySource {
  name: string;
  state: State;
  /** "complete: 15,121 pages, no hole" */
  say: string;
  proved_at: Time | null;
  holes: { from: string; to: string; note: string }[];
  /** The command that repairs, or empty. */
  command: string;
  days: LedgerDay[];
}

export interface LedgerDay {
  /** 2026-11-26 */
  day: string;
  /** 0 to 1: its rows beside those of the busiest day; null when nothing came. */
  part: number | null;
  rows: number;
  /** Records that could not be read. */
  holes: number;
}

/** Newest first, at most 50. */
export interface QualityRun {
  at: Time;
  state: Level;
  what: string;
  differences: number;
  note: string;
}

/** GET /api/quality/ledger?source&day */
export interface LedgerRow {
  at: Time;
  source: string;
  what: string;
  from: string;
  to: string;
  rows: number;
}

// ---- GET /api/dlq?stream&reason&cursor, GET /api/dlq/:stream/:id ---------------------------------------------

export interface DeadLetter {
  stream: string;
  id: string;
  reason: string;
  error: string;
  /** Field of the record that is wrong, or empty. */
  field: string;
  first_seen: Time;
  tries: number;
}

export interface DeadLetterList {
  rows: DeadLetter[];
  total: number;
  streams: string[];
  reasons: string[];
}

export interface DeadLetterPage extends DeadLetter {
  /** The record as it came. */
  raw: string;
  /** Where it came from: the request or the block. */
  origin: string;
}

/** POST /api/dlq/replay, with header `X-Polyhouse: 1`. */
export interface ReplayRequest {
  stream: string;
  /** At most 1,000. */
  ids: string[];
}

export interface ReplayResult {
  replayed: number;
  failed: { id: string; why: string }[];
}

// ---- GET /api/live?topics=now,trades,quality,market:ID -------------------------------------------------------
// Filters of trades: market, event, wallet, outcome, side, min_usd, as of /api/trades.

export interface LiveHello {
  boot: string;
  server_time: Time;
  version: string;
  tick_ms: number;
  features: Features;
}

export interface Features {
  trades: boolean;
  sql: boolean;
  replay: 'loopback' | 'token' | 'off';
}

export interface LiveTrades {
  as_of: Time;
  /** Id of the trade before the first of these; null at the start. */
  after: string | null;
  last: string | null;
  /** How many came in this tick and are not among `rows`. */
  skipped: number;
  rows: TradeRow[];
}

export interface LiveMarket {
  id: Id;
  as_of: Time;
  prices: Price[];
  last: Price[];
  volume: Usd;
  state: MarketState;
}

export interface LiveQuality {
  as_of: Time;
  holes: number;
  dead: number;
  verify: QualityRun | null;
  reconcile: QualityRun | null;
}

export interface LiveBye {
  why: string;
  retry_ms: number;
}

export interface LiveEvents {
  hello: LiveHello;
  now: Now;
  trades: LiveTrades;
  market: LiveMarket;
  quality: LiveQuality;
  bye: LiveBye;
}

// ---- POST /login, POST /logout -------------------------------------------------------------------------------
// Real forms. /login takes the field `token` and an optional `next` (a path of this page), answers 303 to it with
// the cookie, or 303 to /login?failed=wrong|busy. /logout answers 303 to /login. An API call without a session is
// 401, upon which the page shows /login.
