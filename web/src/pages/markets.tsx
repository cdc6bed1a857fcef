// Markets: searched as one types, filtered, sorted; the address holds all of it.
import { useEffect, useState } from 'preact/hooks';
import { address, get, useAnswer } from '../api';
import * as format from '../format';
import { Name } from '../parts/name';
import { Choice } from '../parts/choice';
import { Chance, Change, Money } from '../parts/money';
import { Answered, Panel } from '../parts/panel';
import { Empty, Failed } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Age, Until } from '../parts/time';
import { useTitle } from '../parts/title';
import { ApiError, type Trouble } from '../api';
import { place, setQuery } from '../place';
import type { Answer, MarketList, MarketRow, MarketStateFilter } from '../types';

/** First the chance, then whose it is; what won, once that is known. */
export function ChanceCell({ market }: { market: MarketRow }) {
  const { winner, outcomes, prices } = market;
  if (winner) {
    return (
      <span class="chance">
        <Name text={winner} most={18} /> <span aria-label="won">✓</span>
      </span>
    );
  }
  if (!outcomes.length) return <span class="muted">no outcomes</span>;
  const part = prices[0] ?? 0;
  return (
    <span class="chance">
      <i class="meter" aria-hidden="true" style={{ '--part': String(part) }} />
      <b>
        <Chance p={prices[0]} />
      </b>{' '}
      <Name text={outcomes[0]} most={14} />
    </span>
  );
}

const marketColumns: Column<MarketRow>[] = [
  {
    head: 'Market',
    phone: 'title',
    cell: (market) => (
      <div class="market-cell">
        <a href={`/market/${encodeURIComponent(market.id)}`} data-row="">
          <Name text={market.question} />
        </a>
        <span class="market-under">
          {market.event && market.event.title !== market.question && (
            <a href={`/event/${encodeURIComponent(market.event.slug || market.event.id)}`} tabIndex={-1}>
              <Name text={market.event.title} most={60} />
            </a>
          )}
          {market.tags.slice(0, 3).map((tag) => (
            <span key={tag}>{format.cut(tag, 24)}</span>
          ))}
        </span>
      </div>
    ),
  },
  { head: 'Chance', right: true, cell: (market) => <ChanceCell market={market} /> },
  { head: 'Δ 24 h', right: true, phone: 'off', cell: ({ change_24h }) => <Change p={change_24h} /> },
  { head: 'Volume', right: true, sort: 'volume', cell: ({ volume }) => <Money usd={volume} /> },
  { head: '24 h', right: true, sort: 'volume24h', cell: ({ volume24h }) => <Money usd={volume24h} /> },
  {
    head: 'Liquidity',
    right: true,
    sort: 'liquidity',
    phone: 'off',
    cell: ({ liquidity }) => <Money usd={liquidity} />,
  },
  {
    head: 'Ends',
    right: true,
    sort: 'end',
    phone: 'off',
    cell: ({ ends, closed }) => <span class="number">{closed ? 'closed' : <Until at={ends} />}</span>,
  },
];

/** Where no change is known. */
const unchangedColumns = marketColumns.filter(({ head }) => head !== 'Δ 24 h');

const states: [MarketStateFilter, string][] = [
  ['open', 'Open'],
  ['closed', 'Closed'],
  ['all', 'All'],
];

const sorts: [string, string][] = [
  ['volume24h', '24 h volume'],
  ['volume', 'Volume'],
  ['liquidity', 'Liquidity'],
  ['end', 'End'],
  ['created', 'Newest'],
];

interface Wanted {
  q: string;
  state: MarketStateFilter;
  sort: string;
  tag: string;
  cursor: string;
}

function wantedOf(query: URLSearchParams): Wanted {
  const state = query.get('state') as MarketStateFilter;
  return {
    q: (query.get('q') ?? '').slice(0, 200),
    state: states.some(([name]) => name === state) ? state : 'open',
    sort: sorts.find(([name]) => name === query.get('sort'))?.[0] ?? 'volume24h',
    tag: query.get('tag') ?? '',
    cursor: query.get('cursor') ?? '',
  };
}

export function Markets() {
  useTitle('Markets');
  const wanted = wantedOf(place.value.query);
  const path = address('/api/markets', { ...wanted });
  const result = useAnswer<MarketList>(path, { every: 10_000, carry: true });
  const change = (changes: Partial<Wanted>) => setQuery({ cursor: null, ...changes });
  return (
    <>
      <h1>Markets</h1>
      <Filters wanted={wanted} change={change} />
      <Panel title={titleOf(wanted)} note={<Found answer={result.answer} />}>
        {wanted.cursor && (
          <p class="cut-note">
            <span>From further down the list.</span>
            <button type="button" class="small" onClick={() => change({})}>
              To its top
            </button>
          </p>
        )}
        <Answered result={result} rows={16}>
          {(data, answer) =>
            data.rows.length ? (
              <List key={path} answer={answer} wanted={wanted} change={change} />
            ) : (
              <NoMarket wanted={wanted} change={change} />
            )
          }
        </Answered>
      </Panel>
    </>
  );
}

const titleOf = ({ q, state }: Wanted) =>
  q ? 'Found' : { open: 'Open markets', closed: 'Closed markets', all: 'All markets' }[state];

function Found({ answer }: { answer: Answer<MarketList> | null }) {
  if (!answer) return null;
  const { found, rows } = answer.data;
  return (
    <>
      {found === null ? `first ${rows.length}` : `${format.count(found)} found`}, <Age at={answer.as_of} word="old" />
    </>
  );
}

function Filters({ wanted, change }: { wanted: Wanted; change: (changes: Partial<Wanted>) => void }) {
  const [typed, setTyped] = useState(wanted.q);
  useEffect(() => setTyped(wanted.q), [wanted.q]);
  useEffect(() => {
    if (typed.trim() === wanted.q) return;
    const timer = setTimeout(() => change({ q: typed.trim() }), 150);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div class="filters">
      <input
        type="search"
        class="grow"
        aria-label="Question, slug, event or tag"
        placeholder="Question, slug, event or tag"
        maxLength={200}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <Choice label="State" options={states} chosen={wanted.state} onChoose={(state) => change({ state })} />
      <select
        aria-label="Sort by"
        value={wanted.sort}
        onChange={(event) => change({ sort: event.currentTarget.value })}
      >
        {sorts.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
      {wanted.tag && (
        <button type="button" onClick={() => change({ tag: '' })} aria-label={`Without the tag ${wanted.tag}`}>
          {format.cut(wanted.tag, 30)} <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  );
}

function NoMarket({ wanted, change }: { wanted: Wanted; change: (changes: Partial<Wanted>) => void }) {
  const { q, tag, state } = wanted;
  if (!q && !tag) {
    return (
      <Empty say="No market is stored yet. Reading has begun when Now shows rows.">
        <a class="button" href="/">
          To Now
        </a>
      </Empty>
    );
  }
  if (state === 'all') return <Empty say="No market has this text, open or closed." />;
  return (
    <Empty say={`No ${state} market has this text.`}>
      <button type="button" onClick={() => change({ state: 'all' })}>
        Search all
      </button>
    </Empty>
  );
}

interface ListProps {
  answer: Answer<MarketList>;
  wanted: Wanted;
  change: (changes: Partial<Wanted>) => void;
}

/** The first page, which is asked again by itself, and those that were loaded below it. */
function List({ answer, wanted, change }: ListProps) {
  const [more, setMore] = useState<MarketRow[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const cursor = next === undefined ? answer.next : next;
  const load = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      const page = await get<MarketList>(address('/api/markets', { ...wanted, cursor }));
      setMore((rows) => [...rows, ...page.data.rows]);
      setNext(page.next);
      history.replaceState(history.state, '', address('/markets', { ...wanted, cursor }));
    } catch (error) {
      if (error instanceof ApiError) setTrouble(error.trouble);
    }
    setBusy(false);
  };
  const first = new Set(answer.data.rows.map(({ id }) => id));
  const rows = [...answer.data.rows, ...more.filter(({ id }) => !first.has(id))];
  return (
    <>
      <Table
        label="Markets"
        columns={rows.some(({ change_24h }) => change_24h !== null) ? marketColumns : unchangedColumns}
        rows={rows}
        keyOf={({ id }) => id}
        sorted={wanted.sort}
        way={wanted.sort === 'end' ? 'ascending' : 'descending'}
        onSort={(sort) => change({ sort })}
      />
      {trouble && <Failed trouble={trouble} retry={load} />}
      {cursor && !trouble && (
        <div class="load-more">
          <button type="button" disabled={busy} onClick={load}>
            Load 100 more
          </button>
        </div>
      )}
    </>
  );
}
