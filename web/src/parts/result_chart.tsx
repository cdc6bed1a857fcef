// A result as a chart: the first column that can be an x, against the numbers beside it.
import { useMemo } from 'preact/hooks';
import * as format from '../format';
import type { SqlColumn, SqlValue } from '../types';
import { Chart, type ChartData } from './chart';
import { isNumber } from './result_grid';
import type { ResultRows } from './result_rows';
import { Cut, Empty } from './state';

const mostPoints = 2000;

const isTime = (type: string) => /^(Nullable\(|LowCardinality\()*Date/.test(type);

function seconds(value: SqlValue): number {
  const text = String(value).replace(' ', 'T');
  return Date.parse(/Z|[+-]\d\d:?\d\d$/.test(text) || text.length === 10 ? text : `${text}Z`) / 1000;
}

function numberOf(value: SqlValue): number | null {
  const number = typeof value === 'boolean' || value === null || value === '' ? NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

interface Drawable {
  data: ChartData;
  time: boolean;
}

function drawable(columns: SqlColumn[], rows: ResultRows, count: number): Drawable | null {
  const xTime = columns.findIndex(({ type }) => isTime(type));
  const numbers = columns.map(({ type }, n) => (isNumber(type) ? n : -1)).filter((n) => n >= 0);
  const x = xTime >= 0 ? xTime : numbers.length > 1 ? numbers[0] : -1;
  const ys = numbers.filter((n) => n !== x).slice(0, 6);
  if (!ys.length) return null;
  const points = Array.from({ length: Math.min(count, mostPoints) }, (_, n) => {
    const row = rows.row(n);
    const at = x < 0 ? n + 1 : xTime >= 0 ? seconds(row[x]) : numberOf(row[x]);
    return { at: at ?? NaN, values: ys.map((y) => numberOf(row[y])) };
  }).filter(({ at }) => Number.isFinite(at));
  points.sort((a, b) => a.at - b.at);
  if (points.length < 2) return null;
  const lines = ys.map((y, n) => ({ label: columns[y].name, values: points.map(({ values }) => values[n]) }));
  return { time: xTime >= 0, data: { t: points.map(({ at }) => at), lines, candles: null, bars: null } };
}

export function ResultChart({ columns, rows, count }: { columns: SqlColumn[]; rows: ResultRows; count: number }) {
  const found = useMemo(() => drawable(columns, rows, count), [columns, rows, Math.min(count, mostPoints)]);
  if (!found)
    return <Empty say="A chart needs at least two rows and a column of numbers; a Date or DateTime becomes its x." />;
  const { data, time } = found;
  return (
    <>
      {count > mostPoints && (
        <Cut>
          The first {format.count(mostPoints)} rows of {format.count(count)}.
        </Cut>
      )}
      <Chart
        data={data}
        sentence={`${data.lines.map(({ label }) => label).join(', ')} over ${data.t.length} points.`}
        y={format.short}
        x={time ? undefined : format.short}
        height={360}
        asTable={false}
      />
    </>
  );
}
