// A table; on a phone each row becomes a card of two lines.
import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  head: string;
  right?: boolean;
  /** Name by which the server sorts. */
  sort?: string;
  /** `title`: first line of the card. `off`: not on a phone. */
  phone?: 'title' | 'off';
  cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  sorted?: string;
  /** Which way the sorted column runs. */
  way?: 'ascending' | 'descending';
  onSort?: (sort: string) => void;
}

const classOf = <Row,>({ right, phone }: Column<Row>) =>
  [right && 'right', phone === 'title' && 'card-title', phone === 'off' && 'card-off'].filter(Boolean).join(' ');

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, keyOf } = props;
  return (
    <div class="table-wrap">
      <table class="cards">
        <caption class="only-heard">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.head} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.head} class={classOf(column)} data-head={column.head}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({ column, sorted, way = 'descending', onSort }: TableProps<Row> & { column: Column<Row> }) {
  const { head, sort } = column;
  if (!sort || !onSort) {
    return (
      <th scope="col" class={classOf(column)}>
        {head}
      </th>
    );
  }
  const here = sorted === sort;
  return (
    <th scope="col" class={classOf(column)} aria-sort={here ? way : undefined}>
      <button type="button" class="sort" onClick={() => onSort(sort)}>
        {head}
        <span aria-hidden="true">{here ? (way === 'ascending' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}
