// The tables and their columns, beside the editor; a click writes the name.
import { useState } from 'preact/hooks';
import type { Result } from '../api';
import * as format from '../format';
import type { SchemaTable } from '../types';
import { Answered } from './panel';

export function SchemaTree({ result, insert }: { result: Result<SchemaTable[]>; insert: (name: string) => void }) {
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState(false);
  const wanted = typed.trim().toLowerCase();
  return (
    <section class={`panel schema ${shown ? 'shown' : ''}`} aria-label="Tables">
      <button type="button" class="schema-fold" aria-expanded={shown} onClick={() => setShown(!shown)}>
        Tables {shown ? '▾' : '▸'}
      </button>
      <div class="schema-in">
        <input
          type="search"
          aria-label="Filter of tables and columns"
          placeholder="Table or column"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <Answered result={result} rows={8}>
          {(tables) => (
            <ul class="tables">
              {tables
                .filter((table) => matches(table, wanted))
                .map((table) => (
                  <TableItem key={table.table} table={table} open={wanted.length > 1} insert={insert} />
                ))}
            </ul>
          )}
        </Answered>
      </div>
    </section>
  );
}

function matches({ table, columns }: SchemaTable, wanted: string): boolean {
  return !wanted || table.includes(wanted) || columns.some(({ name }) => name.toLowerCase().includes(wanted));
}

function TableItem({ table, open, insert }: { table: SchemaTable; open: boolean; insert: (name: string) => void }) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const shown = chosen ?? open;
  return (
    <li>
      <div class="table-line">
        <button
          type="button"
          class="fold"
          aria-expanded={shown}
          title={table.comment}
          onClick={() => setChosen(!shown)}
        >
          <span aria-hidden="true">{shown ? '▾' : '▸'}</span> <span class="mono">{table.table}</span>
        </button>
        {table.rows !== null && <span class="number faint">{format.short(table.rows)}</span>}
        <button type="button" class="quiet" aria-label={`Write ${table.table}`} onClick={() => insert(table.table)}>
          +
        </button>
      </div>
      {shown && (
        <ul class="columns">
          {table.columns.map(({ name, type, comment }) => (
            <li key={name}>
              <button type="button" title={comment || type} onClick={() => insert(name)}>
                <span class="mono">{name}</span> <i>{format.cut(type, 40)}</i>
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
