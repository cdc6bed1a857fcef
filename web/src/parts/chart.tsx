// The frame of a chart: sentence, readout, keys, "as table". The drawing itself is plot.ts, loaded when needed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { moment } from '../format';
import { clock } from '../clock';
import { useKeys } from '../keys';
import { dark, zone, zoneName } from '../settings';
import { Name } from './name';
import type { Plot, PlotData } from './plot';
import { Failed, Loading } from './state';

export type ChartData = PlotData;

interface ChartProps {
  data: ChartData;
  /** What the chart says, in a sentence, for those who do not see it. */
  sentence: string;
  y: (value: number) => string;
  bar?: (value: number) => string;
  x?: (value: number) => string;
  height: number;
  range?: [number, number] | null;
  /** Show the numbers as a table instead. */
  asTable: boolean;
}

const partMissing = {
  code: 'unreachable' as const,
  message: 'The chart could not be loaded.',
  hint: 'As table shows the numbers.',
};

/** With what stands above the drawing. */
export const chartHeight = (drawn: number) => drawn + 42;

export function Chart(props: ChartProps) {
  const { data, asTable } = props;
  const [at, setAt] = useState<number | null>(null);
  const xText = props.x ?? ((t: number) => moment(t * 1000, clock.peek(), zone.value));
  if (asTable) return <ChartTable {...props} xText={xText} />;
  return (
    <>
      <Readout {...props} at={at ?? data.t.length - 1} xText={xText} />
      <Canvas {...props} onCursor={setAt} />
    </>
  );
}

function Canvas(props: ChartProps & { onCursor: (index: number | null) => void }) {
  const { data, sentence, height, range = null, y } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const newest = useRef(data);
  const [state, setState] = useState<'loading' | 'drawn' | 'failed'>('loading');
  newest.current = data;
  const lines = data.lines.map(({ label }) => label).join('\n');
  const remake = [dark.value, zone.value, lines, Boolean(data.candles), Boolean(data.bars), range?.join(), height];

  useEffect(() => {
    let gone = false;
    import('./plot').then(
      ({ mountPlot }) => {
        if (gone || !host.current) return;
        plot.current = mountPlot(host.current, newest.current, {
          height,
          y,
          range,
          zone: zone.value,
          time: !props.x,
          onCursor: props.onCursor,
        });
        setState('drawn');
      },
      () => setState('failed'),
    );
    return () => {
      gone = true;
      plot.current?.destroy();
      plot.current = null;
    };
  }, remake);
  useEffect(() => plot.current?.update(data), [data]);

  if (state === 'failed') return <Failed trouble={partMissing} />;
  return (
    <div
      class="chart"
      tabIndex={0}
      role="group"
      aria-label="Chart; arrows move the cursor, + and − zoom"
      onKeyDown={(event) => plot.current && chartKey(event, plot.current)}
    >
      {state === 'loading' && <Loading rows={6} height={height} />}
      <div ref={host} class={`chart-host ${state === 'drawn' ? state : ''}`} style={{ minHeight: `${height}px` }} role="img" aria-label={sentence} />
    </div>
  );
}

function chartKey(event: KeyboardEvent, plot: Plot): void {
  const actions: Record<string, () => void> = {
    ArrowLeft: () => plot.step(event.shiftKey ? -10 : -1),
    ArrowRight: () => plot.step(event.shiftKey ? 10 : 1),
    '+': () => plot.zoom(0.6),
    '=': () => plot.zoom(0.6),
    '-': () => plot.zoom(1 / 0.6),
    '−': () => plot.zoom(1 / 0.6),
    Escape: plot.whole,
  };
  const action = actions[event.key];
  if (!action || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  action();
}

interface ReadProps extends ChartProps {
  xText: (value: number) => string;
}

/** The numbers under the cursor, or the last ones. */
function Readout({ data, at, y, bar, xText }: ReadProps & { at: number }) {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '–' : y(value));
  const volume = data.bars?.[at];
  return (
    <div class="readout">
      <span class="number muted">{xText(data.t[at])}</span>
      {data.candles && (
        <span class="number">
          open {text(data.candles.o[at])} high {text(data.candles.h[at])} low {text(data.candles.l[at])} close{' '}
          {text(data.candles.c[at])}
        </span>
      )}
      {data.lines.map(({ label, values }, n) => (
        <span key={n} class="readout-line">
          <i class={`key key-${Math.min(n + 1, 7)}`} aria-hidden="true" />
          <Name text={label} most={28} /> <b class="number">{text(values[at])}</b>
        </span>
      ))}
      {data.bars && (
        <span class="number muted">volume {volume === null || volume === undefined ? '–' : (bar ?? y)(volume)}</span>
      )}
    </div>
  );
}

const mostRows = 500;

function ChartTable({ data, sentence, y, bar, xText, x }: ReadProps) {
  const heads = [...(data.candles ? ['Open', 'High', 'Low', 'Close'] : []), ...data.lines.map(({ label }) => label)];
  const columns = [
    ...(data.candles ? [data.candles.o, data.candles.h, data.candles.l, data.candles.c] : []),
    ...data.lines.map(({ values }) => values),
  ];
  const order = data.t.map((_, n) => data.t.length - 1 - n).slice(0, mostRows);
  const text = (value: number | null) => (value === null ? '–' : y(value));
  return (
    <div class="table-wrap chart-table" tabIndex={0} role="region" aria-label={sentence}>
      <table>
        <thead>
          <tr>
            <th scope="col">{x ? 'x' : zoneName()}</th>
            {heads.map((head, n) => (
              <th key={n} scope="col" class="right">
                <Name text={head} most={24} />
              </th>
            ))}
            {data.bars && (
              <th scope="col" class="right">
                Volume
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {order.map((n) => (
            <tr key={n}>
              <td class="number">{xText(data.t[n])}</td>
              {columns.map((values, c) => (
                <td key={c} class="right number">
                  {text(values[n])}
                </td>
              ))}
              {data.bars && <td class="right number">{data.bars[n] === null ? '–' : (bar ?? y)(data.bars[n]!)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Switches between chart and table, also by `v`. */
export function useAsTable(): [boolean, () => void] {
  const [asTable, setAsTable] = useState(false);
  const turn = () => setAsTable((before) => !before);
  useKeys('Chart', [{ key: 'v', does: 'Chart or table', run: turn }]);
  return [asTable, turn];
}
