// SQL: an editor, the tables beside it, the result below. A shared link fills the editor and runs nothing.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAnswer } from '../api';
import * as format from '../format';
import { Copy } from '../parts/copy';
import { Choice } from '../parts/choice';
import { SqlEditor } from '../parts/editor';
import type { Editor } from '../parts/editor_view';
import { Panel } from '../parts/panel';
import { cancel, run, start, type Run } from '../parts/query';
import { ResultChart } from '../parts/result_chart';
import { ResultGrid, textOf } from '../parts/result_grid';
import { SchemaTree } from '../parts/schema_tree';
import { Cut, Empty } from '../parts/state';
import { useTitle } from '../parts/title';
import { place } from '../place';
import type { DownloadFormat, Example, SchemaTable } from '../types';

const firstQuery = 'SELECT question, volume\nFROM markets_current\nORDER BY volume DESC\nLIMIT 100';

function fromAddress(): string {
  return new URLSearchParams(place.value.hash.slice(1)).get('q') ?? '';
}

function toAddress(sql: string): string {
  return `/sql#q=${encodeURIComponent(sql)}`;
}

export function Sql() {
  useTitle('SQL');
  const editor = useRef<Editor | null>(null);
  const [text, setText] = useState(() => fromAddress() || run.value?.sql || firstQuery);
  const schema = useAnswer<SchemaTable[]>('/api/schema');
  const examples = useAnswer<Example[]>('/api/examples');
  const offset = useRef(0);
  const [none] = useState<SchemaTable[]>([]);

  const runNow = () => {
    const current = editor.current?.current() ?? { sql: text, from: 0 };
    if (!current.sql.trim()) return;
    offset.current = current.from;
    editor.current?.markError(null);
    void start(current.sql);
  };
  const changed = (next: string) => {
    setText(next);
    history.replaceState(history.state, '', toAddress(next));
  };
  useEffect(() => {
    const linked = fromAddress();
    if (linked && editor.current && linked !== editor.current.text()) editor.current.setText(linked);
  }, [place.value.hash]);
  useEffect(() => {
    const error = run.value?.error;
    if (error && 'position' in error && error.position !== null)
      editor.current?.markError(offset.current + error.position);
  }, [run.value?.error]);
  useEffect(() => cancel, []);

  return (
    <>
      <h1>SQL</h1>
      <div class="sql">
        <SchemaTree result={schema} insert={(name) => editor.current?.insert(name)} />
        <div class="sql-main">
          <SqlEditor
            text={text}
            tables={schema.answer?.data ?? none}
            run={runNow}
            cancel={cancel}
            toResult={() => document.getElementById('result')?.focus()}
            changed={changed}
            onReady={(ready) => (editor.current = ready)}
          />
          <Buttons
            text={text}
            examples={examples.answer?.data ?? []}
            runNow={runNow}
            choose={(sql) => editor.current?.setText(sql)}
          />
          {run.value ? <Outcome run={run.value} /> : <Before linked={Boolean(fromAddress())} />}
        </div>
      </div>
    </>
  );
}

function Before({ linked }: { linked: boolean }) {
  return (
    <section class="panel">
      <Empty
        say={
          linked
            ? 'This query came with the link and has not run. Read it, then run it with Ctrl ↵.'
            : 'Ctrl ↵ runs the query under the cursor. It reads only; a million rows and 30 s are the limits.'
        }
      />
    </section>
  );
}

interface ButtonsProps {
  text: string;
  examples: Example[];
  runNow: () => void;
  choose: (sql: string) => void;
}

const longestAddress = 8000;

function Buttons({ text, examples, runNow, choose }: ButtonsProps) {
  const running = run.value?.state === 'running';
  const link = location.origin + toAddress(text);
  return (
    <div class="sql-buttons">
      <button type="button" class="strong" onClick={runNow}>
        Run <kbd>Ctrl ↵</kbd>
      </button>
      <button type="button" disabled={!running} onClick={cancel}>
        Cancel
      </button>
      <Examples examples={examples} choose={choose} />
      <span class="gap" />
      <Copy text={link} label="Copy link" />
      <Download sql={text} format="CSVWithNames" label="CSV" />
      <Download sql={text} format="Parquet" label="Parquet" />
      {link.length > longestAddress && (
        <span class="wrong">The link has {format.count(link.length)} letters: some programs cut it.</span>
      )}
    </div>
  );
}

function Examples({ examples, choose }: { examples: Example[]; choose: (sql: string) => void }) {
  const groups = [...new Set(examples.map(({ group }) => group))];
  return (
    <select
      aria-label="Examples"
      disabled={!examples.length}
      value=""
      onChange={(event) => {
        const chosen = examples[Number(event.currentTarget.value)];
        event.currentTarget.value = '';
        if (chosen) choose(chosen.sql);
      }}
    >
      <option value="">Examples</option>
      {groups.map((group) => (
        <optgroup key={group} label={group}>
          {examples.map(
            (example, n) =>
              example.group === group && (
                <option key={n} value={String(n)}>
                  {format.cut(example.name, 80)}
                </option>
              ),
          )}
        </optgroup>
      ))}
    </select>
  );
}

/** A real form: the browser writes to disk what the server streams, and the page holds nothing of it. In a tab of its own, where an error
    leaves what was typed alone. */
function Download({ sql, format: name, label }: { sql: string; format: DownloadFormat; label: string }) {
  return (
    <form method="post" action="/api/sql/download" target="_blank">
      <input type="hidden" name="q" value={sql} />
      <input type="hidden" name="format" value={name} />
      <button type="submit" title={`All rows as ${label}`}>
        {label}
      </button>
    </form>
  );
}

type View = 'table' | 'chart' | 'text';
const views: [View, string][] = [
  ['table', 'Table'],
  ['chart', 'Chart'],
  ['text', 'Text'],
];

function Outcome({ run: shown }: { run: Run }) {
  const [view, setView] = useState<View>('table');
  const { state, columns, rows, count, end, error } = shown;
  return (
    <Panel
      title="Result"
      note={<Said run={shown} />}
      actions={<Choice label="Show as" options={views} chosen={view} onChoose={setView} />}
    >
      {state === 'running' && <progress aria-label="The query runs" />}
      {error && (
        <div class="failed" role="alert">
          <p class="sql-error">
            <span class="mark bad" aria-hidden="true" /> <b>{format.cut(error.message, 2000)}</b>
          </p>
          {error.hint && <p class="muted">{error.hint}</p>}
        </div>
      )}
      {end?.truncated && <Cut>The first {format.count(count)} rows of more: a limit or the deadline was reached.</Cut>}
      {state === 'cancelled' && <Cut>Cancelled; the engine has stopped. What came before is shown.</Cut>}
      {columns.length > 0 && count > 0 && (
        <>
          {view === 'table' && <ResultGrid key={shown.sql} columns={columns} rows={rows} count={count} />}
          {view === 'chart' && <ResultChart columns={columns} rows={rows} count={count} />}
          {view === 'text' && <AsText run={shown} />}
        </>
      )}
      {state === 'done' && count === 0 && <Empty say="The query is well, and has no row." />}
    </Panel>
  );
}

function Said({ run: { state, count, end, rows } }: { run: Run }) {
  if (end) return <span role="status">{`${format.plural(count, 'row')} in ${format.took(end.took_ms)}`}</span>;
  if (state !== 'running') return <span>{format.plural(count, 'row')}</span>;
  return (
    <span>
      {format.plural(count, 'row')}, {format.bytes(rows.size)}
    </span>
  );
}

const mostText = 1000;

function AsText({ run: { columns, rows, count } }: { run: Run }) {
  const lines = [columns.map(({ name }) => name).join('\t')];
  for (let n = 0; n < Math.min(count, mostText); n += 1) lines.push(rows.row(n).map(textOf).join('\t'));
  const text = lines.join('\n');
  return (
    <div class="as-text">
      {count > mostText && <Cut>The first {format.count(mostText)} rows; CSV has all.</Cut>}
      <Copy text={text} of="the text" />
      <pre tabIndex={0} role="region" aria-label="Result as text">
        {text}
      </pre>
    </div>
  );
}
