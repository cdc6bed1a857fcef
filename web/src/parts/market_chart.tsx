// Price and volume of a market over time, as lines or candles.
import { useMemo } from 'preact/hooks';
import { address, useAnswer } from '../api';
import { clock } from '../clock';
import * as format from '../format';
import { useKeys } from '../keys';
import { place, setQuery } from '../place';
import { zoneName } from '../settings';
import type { CandleSeries, Market, Prices } from '../types';
import { Chart, chartHeight, useAsTable, type ChartData } from './chart';
import { Choice } from './choice';
import { Answered, Panel } from './panel';
import { Empty } from './state';

const ranges = { '1h': 3600, '6h': 21_600, '1d': 86_400, '1w': 604_800, '1m': 2_592_000, all: 0 };
export type Range = keyof typeof ranges;

const rangeOptions: [Range, string][] = (Object.keys(ranges) as Range[]).map((range) => [range, range]);

export function rangeOf(fallback: Range): Range {
  const asked = place.value.query.get('range') as Range;
  return asked in ranges ? asked : fallback;
}

/** Where the range begins, in seconds; null for all. */
export function useFrom(range: Range, end: number | null): number | null {
  return useMemo(() => {
    const until = end ?? Math.floor(clock.peek() / 1000);
    return ranges[range] ? until - ranges[range] : null;
  }, [range, end]);
}

export function RangeChoice({ range }: { range: Range }) {
  useKeys(
    'Chart range',
    rangeOptions.map(([name], n) => ({
      key: String(n + 1),
      does: name === 'all' ? 'The whole time' : `The last ${name}`,
      run: () => setQuery({ range: name }),
    })),
  );
  return <Choice label="Range" options={rangeOptions} chosen={range} onChoose={(name) => setQuery({ range: name })} />;
}

const kinds: ['line' | 'ohlc', string][] = [
  ['line', 'Line'],
  ['ohlc', 'Candles'],
];

/** Nothing was traded in the last week, of which a chart would be empty. */
function isQuiet({ closed, last_at }: Market): boolean {
  return closed || (last_at !== null && clock.peek() - Date.parse(last_at) > ranges['1w'] * 1000);
}

const drawnHeight = 320;

export function MarketChart({ market }: { market: Market }) {
  const range = rangeOf(isQuiet(market) ? 'all' : '1w');
  const kind = place.value.query.get('as') === 'candles' ? 'ohlc' : 'line';
  const end = market.closed && market.last_at ? Math.ceil(Date.parse(market.last_at) / 1000) : null;
  const from = useFrom(range, end);
  const [asTable, turnTable] = useAsTable();
  const choose = (next: string) => setQuery({ as: next === 'ohlc' ? 'candles' : null });
  useKeys('Chart kind', [{ key: 'x', does: 'Line or candles', run: () => choose(kind === 'line' ? 'ohlc' : 'line') }]);
  const path = address(`/api/markets/${encodeURIComponent(market.id)}/prices`, {
    from,
    points: kind === 'line' ? 400 : 120,
    kind,
  });
  const result = useAnswer<Prices<CandleSeries>>(path, { every: market.closed ? 0 : 15_000, carry: true });
  const bucket = result.answer?.data.bucket_s;
  return (
    <Panel
      title="Price"
      class="chart-panel"
      note={bucket ? `${zoneName()}, ${format.step(bucket)} steps` : undefined}
      actions={
        <>
          <RangeChoice range={range} />
          <Choice label="Drawn as" options={kinds} chosen={kind} onChoose={choose} />
          <button type="button" aria-pressed={asTable} onClick={turnTable}>
            As table
          </button>
        </>
      }
    >
      <Answered result={result} rows={6} height={chartHeight(drawnHeight)}>
        {(prices) => <Drawn prices={prices} market={market} asTable={asTable} />}
      </Answered>
    </Panel>
  );
}

export function NoPrice() {
  return (
    <Empty say="There is no price of this time: no trade, and no reading.">
      <button type="button" onClick={() => setQuery({ range: 'all' })}>
        The whole time
      </button>
    </Empty>
  );
}

function Drawn({ prices, market, asTable }: { prices: Prices<CandleSeries>; market: Market; asTable: boolean }) {
  const data = useMemo(() => chartData(prices), [prices]);
  if (!data) return <NoPrice />;
  return (
    <Chart
      data={data}
      sentence={sentenceOf(data, market)}
      y={format.price}
      bar={format.money}
      range={data.candles ? null : [0, 1]}
      height={drawnHeight}
      asTable={asTable}
    />
  );
}

/** Series of both kinds carry other fields: what was answered says which it is, also while the next is awaited. */
function chartData({ t, series, v }: Prices<CandleSeries>): ChartData | null {
  if (!t.length || !series.length) return null;
  const bars = v.some((usd) => usd) ? v : null;
  const first = series[0];
  if ('o' in first) return { t, lines: [], candles: { o: first.o, h: first.h, l: first.l, c: first.c }, bars };
  const lines = (series as unknown as { outcome: string; p: (number | null)[] }[]).map(({ outcome, p }) => ({
    label: outcome,
    values: p,
  }));
  return { t, lines, candles: null, bars };
}

function sentenceOf(data: ChartData, market: Market): string {
  const values = data.candles?.c ?? data.lines[0].values;
  const first = values.find((value) => value !== null);
  const last = values.findLast((value) => value !== null);
  const time = format.span((data.t[data.t.length - 1] - data.t[0]) * 1000);
  const name = format.cut(data.lines[0]?.label ?? market.outcomes[0] ?? 'The price', 40);
  return `${name} went from ${format.price(first)} to ${format.price(last)} in ${time}.`;
}
