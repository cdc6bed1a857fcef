// The window over a result: only the rows in sight are in the document, whatever the number of rows.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as format from '../format';
import type { SqlColumn, SqlValue } from '../types';
import type { ResultRows } from './result_rows';

const rowHeight = 26;
/** Browsers end somewhere above 17 million pixels; beyond this the scroll bar is scaled. */
const mostPixels = 15_000_000;

export function textOf(value: SqlValue | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const isNumber = (type: string) => /^(Nullable\(|LowCardinality\()*(U?Int|Float|Decimal)/.test(type);

function widths(columns: SqlColumn[], rows: ResultRows): number[] {
  const longest = columns.map(({ name, type }) => Math.max(name.length + 2, Math.min(type.length, 14)));
  for (let n = 0; n < Math.min(100, rows.length); n += 1)
    rows.row(n).forEach((value, c) => (longest[c] = Math.max(longest[c], textOf(value).length)));
  return longest.map((characters) => Math.round(Math.min(48, Math.max(6, characters)) * 8) + 28);
}

interface GridProps {
  columns: SqlColumn[];
  rows: ResultRows;
  count: number;
}

interface Place {
  row: number;
  column: number;
}

export function ResultGrid({ columns, rows, count }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [seen, setSeen] = useState(420);
  const [at, setAt] = useState<Place>({ row: 0, column: 0 });
  const wide = useMemo(() => widths(columns, rows), [columns, count > 100]);
  const fits = Math.max(1, Math.floor((seen - rowHeight * 2) / rowHeight));
  const whole = (count + 2) * rowHeight;
  const height = Math.min(whole, mostPixels);
  const most = Math.max(0, count - fits);
  const first = firstRow(scroll, height - seen, most);
  const shown = Math.min(count - first, fits + 2);

  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => setSeen(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const move = (row: number, column: number) => {
    const next = {
      row: Math.min(count - 1, Math.max(0, row)),
      column: Math.min(columns.length - 1, Math.max(0, column)),
    };
    setAt(next);
    const element = box.current!;
    if (next.row < first || next.row >= first + fits) {
      const top = next.row < first ? next.row : next.row - fits + 1;
      element.scrollTop = most ? (top / most) * (height - seen) : 0;
    }
    const left = wide.slice(0, next.column).reduce((a, b) => a + b, 0);
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (left + wide[next.column] > element.scrollLeft + element.clientWidth)
      element.scrollLeft = left + wide[next.column] - element.clientWidth;
  };
  const template = {
    gridTemplateColumns: wide
      .map((pixels, c) => (c === wide.length - 1 ? `minmax(${pixels}px, 1fr)` : `${pixels}px`))
      .join(' '),
  };

  return (
    <>
      <div
        ref={box}
        id="result"
        class="grid"
        role="grid"
        aria-label="Result"
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-activedescendant={`cell-${at.row}-${at.column}`}
        tabIndex={0}
        onScroll={(event) => setScroll(event.currentTarget.scrollTop)}
        onKeyDown={(event) =>
          gridKey(event, at, fits, count, columns.length, move, () => textOf(rows.row(at.row)[at.column]))
        }
      >
        <div class="grid-space" style={{ height: `${height}px`, width: `${wide.reduce((a, b) => a + b, 0)}px` }}>
          <div class="grid-seen" style={{ height: `${Math.min(seen, whole)}px` }}>
            <div class="grid-row grid-head" role="row" aria-rowindex={1} style={template}>
              {columns.map(({ name, type }, c) => (
                <div key={c} role="columnheader" class={isNumber(type) ? 'right' : undefined} title={type}>
                  {name} <i>{type}</i>
                </div>
              ))}
            </div>
            {Array.from({ length: Math.max(0, shown) }, (_, n) => (
              <Row
                key={first + n}
                index={first + n}
                values={rows.row(first + n)}
                columns={columns}
                template={template}
                chosen={first + n === at.row ? at.column : -1}
                choose={(column) => setAt({ row: first + n, column })}
              />
            ))}
          </div>
        </div>
      </div>
      <Below
        first={first}
        shown={Math.min(shown, fits)}
        count={count}
        value={count ? rows.row(at.row)[at.column] : null}
      />
    </>
  );
}

function firstRow(scroll: number, room: number, most: number): number {
  if (room <= 0) return 0;
  return Math.min(most, Math.round((scroll / room) * most));
}

interface RowProps {
  index: number;
  values: SqlValue[];
  columns: SqlColumn[];
  template: { gridTemplateColumns: string };
  chosen: number;
  choose: (column: number) => void;
}

function Row({ index, values, columns, template, chosen, choose }: RowProps) {
  return (
    <div class="grid-row" role="row" aria-rowindex={index + 2} style={template}>
      {columns.map(({ type }, c) => {
        const value = values[c];
        const kind = [isNumber(type) && 'right', value === null && 'null', c === chosen && 'chosen'];
        return (
          <div
            key={c}
            id={`cell-${index}-${c}`}
            role="gridcell"
            class={kind.filter(Boolean).join(' ')}
            aria-selected={c === chosen}
            onPointerDown={() => choose(c)}
          >
            {format.cut(textOf(value), 300)}
          </div>
        );
      })}
    </div>
  );
}

function gridKey(
  event: KeyboardEvent,
  { row, column }: Place,
  page: number,
  count: number,
  columns: number,
  move: (row: number, column: number) => void,
  text: () => string,
): void {
  if ((event.ctrlKey || event.metaKey) && event.key === 'c') {
    if (!getSelection()?.toString()) void navigator.clipboard?.writeText(text());
    return;
  }
  const far = event.ctrlKey || event.metaKey;
  const targets: Record<string, [number, number]> = {
    ArrowDown: [row + 1, column],
    ArrowUp: [row - 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    PageDown: [row + page, column],
    PageUp: [row - page, column],
    Home: far ? [0, 0] : [row, 0],
    End: far ? [count - 1, columns - 1] : [row, columns - 1],
  };
  const target = targets[event.key];
  if (!target || event.altKey) return;
  event.preventDefault();
  move(...target);
}

function Below({ first, shown, count, value }: { first: number; shown: number; count: number; value: SqlValue }) {
  const text = textOf(value);
  return (
    <div class="grid-below">
      <span class="number muted">
        row {format.count(Math.min(count, first + 1))}–{format.count(first + shown)} of {format.count(count)}
      </span>
      <code class="grid-value" title={format.cut(text, 2000)}>
        {format.cut(text, 400)}
      </code>
    </div>
  );
}
