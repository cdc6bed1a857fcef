// An event: all its markets in one chart, and in one table.
import { useMemo, useState } from 'preact/hooks';
import { address, useAnswer } from '../api';
import * as format from '../format';
import { Chart, chartHeight, useAsTable, type ChartData } from '../parts/chart';
import { MarketDot } from '../parts/dot';
import { NoPrice, RangeChoice, rangeOf, useFrom } from '../parts/market_chart';
import { Change, Money } from '../parts/money';
import { Name } from '../parts/name';
import { Outside } from '../parts/outside';
import { Answered, Panel } from '../parts/panel';
import { Cut, Empty, Failed, Loading } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Until } from '../parts/time';
import { useTitle } from '../parts/title';
import { zoneName } from '../settings';
import type { EventPage, LineSeries, MarketRow, Prices } from '../types';
import { LongTitle } from './market';
import { ChanceCell } from './markets';

export function EventView({ params }: { params: string[] }) {
  const path = `/api/events/${encodeURIComponent(params[0])}`;
  const result = useAnswer<EventPage>(path, { every: 15_000 });
  const page = result.answer?.data;
  useTitle(page?.event.title ?? 'Event');
  if (!page) {
    const missing = result.trouble?.code === 'not_found';
    return (
      <>
        <h1>{missing ? 'No event is known as that' : 'Event'}</h1>
        {missing && <p class="mono muted">{format.cut(params[0], 120)}</p>}
        {!missing &&
          (result.trouble ? <Failed trouble={result.trouble} retry={result.retry} /> : <Loading rows={10} />)}
      </>
    );
  }
  return (
    <>
      <Head page={page} />
      <EventChart page={page} />
      <Panel title="Markets">
        <Answered result={result}>
          {({ markets }, answer) => (
            <>
              <MarketsOfEvent markets={markets} />
              {answer.truncated && <Cut>The first {format.count(markets.length)} markets of more.</Cut>}
            </>
          )}
        </Answered>
      </Panel>
    </>
  );
}

function Head({ page: { event, counts } }: { page: EventPage }) {
  return (
    <div class="head">
      <div class="crumbs">
        <span>
          {counts.open} open, {counts.closed} closed
        </span>
        {event.series && <span class="muted">Series: {format.cut(event.series, 60)}</span>}
        <span class="muted">
          Volume <Money usd={event.volume} />, 24 h <Money usd={event.volume24h} />
        </span>
        {event.ends && (
          <span class="muted">
            ends <Until at={event.ends} />
          </span>
        )}
        <Outside to={event.links.polymarket}>polymarket.com</Outside>
      </div>
      <LongTitle text={event.title} />
      <div class="tags">
        {event.tags.slice(0, 8).map((tag) => (
          <a key={tag} href={address('/markets', { tag })}>
            {format.cut(tag, 30)}
          </a>
        ))}
      </div>
      {event.description && <p class="muted rules">{format.cut(event.description, 400)}</p>}
    </div>
  );
}

const drawnHeight = 340;

function EventChart({ page }: { page: EventPage }) {
  const range = rangeOf('all');
  const from = useFrom(range, null);
  const [asTable, turnTable] = useAsTable();
  const [all, setAll] = useState(false);
  const id = encodeURIComponent(page.event.id);
  const path = address(`/api/events/${id}/prices`, { from, points: 400, top: all ? 12 : 6 });
  const result = useAnswer<Prices<LineSeries>>(path, { every: 60_000, carry: true });
  const bucket = result.answer?.data.bucket_s;
  return (
    <Panel
      title={page.markets.length > 6 ? `Chance of the likeliest ${all ? 12 : 6}` : 'Chance'}
      class="chart-panel"
      note={bucket ? `${zoneName()}, ${format.step(bucket)} steps` : undefined}
      actions={
        <>
          <RangeChoice range={range} />
          {page.markets.length > 6 && (
            <button type="button" aria-pressed={all} onClick={() => setAll(!all)}>
              Twelve
            </button>
          )}
          <button type="button" aria-pressed={asTable} onClick={turnTable}>
            As table
          </button>
        </>
      }
    >
      <Answered result={result} rows={6} height={chartHeight(drawnHeight)}>
        {(prices) => <Drawn prices={prices} asTable={asTable} />}
      </Answered>
    </Panel>
  );
}

function Drawn({ prices, asTable }: { prices: Prices; asTable: boolean }) {
  const data = useMemo<ChartData>(
    () => ({
      t: prices.t,
      // Most outcomes trade seldom: between two trades a line is drawn, or nothing would be seen.
      lines: prices.series.map(({ outcome, p }) => ({ label: outcome, values: p, spanGaps: true })),
      candles: null,
      bars: null,
    }),
    [prices],
  );
  if (!data.t.length || !data.lines.length) return <NoPrice />;
  const leader = data.lines[0];
  const last = leader.values.findLast((value) => value !== null);
  return (
    <Chart
      data={data}
      sentence={`${data.lines.length} outcomes; the first, ${format.cut(leader.label, 40)}, stands at ${format.chance(last)}.`}
      y={format.chance}
      range={[0, 1]}
      height={drawnHeight}
      asTable={asTable}
    />
  );
}

const columns: Column<MarketRow>[] = [
  {
    head: 'Outcome',
    phone: 'title',
    cell: ({ id, question }) => (
      <a href={`/market/${encodeURIComponent(id)}`} data-row="">
        <Name text={question} />
      </a>
    ),
  },
  { head: 'Chance', right: true, sort: 'chance', cell: (market) => <ChanceCell market={market} /> },
  { head: 'Δ 24 h', right: true, sort: 'change', cell: ({ change_24h }) => <Change p={change_24h} /> },
  { head: 'Volume', right: true, sort: 'volume', cell: ({ volume }) => <Money usd={volume} /> },
  { head: 'Ends', right: true, phone: 'off', cell: ({ ends }) => <Until at={ends} /> },
  { head: 'State', cell: ({ state }) => <MarketDot state={state} /> },
];

const measures: Record<string, (market: MarketRow) => number> = {
  chance: ({ prices, closed }) => (prices[0] ?? -1) - (closed ? 2 : 0),
  change: ({ change_24h }) => Math.abs(change_24h ?? 0),
  volume: ({ volume }) => volume ?? -1,
};

function MarketsOfEvent({ markets }: { markets: MarketRow[] }) {
  const [sort, setSort] = useState('chance');
  const rows = [...markets].sort((a, b) => measures[sort](b) - measures[sort](a));
  if (!rows.length) return <Empty say="No market of this event is stored." />;
  return (
    <Table
      label="Markets of this event"
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      sorted={sort}
      onSort={setSort}
    />
  );
}
