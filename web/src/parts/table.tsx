// A table; on a phone each row becomes a card of two lines.
import { Component, type ComponentChildren } from 'preact';

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
  /** A row and the columns are drawn again only when they are others; cells that read signals are components. */
  steady?: boolean;
}

const classOf = <Row,>({ right, phone }: Column<Row>) =>
  [right && 'right', phone === 'title' && 'card-title', phone === 'off' && 'card-off'].filter(Boolean).join(' ');

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, keyOf, steady } = props;
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
            <Line key={keyOf(row)} row={row} columns={columns} steady={steady} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type LineProps<Row> = Pick<TableProps<Row>, 'columns' | 'steady'> & { row: Row };

class Line<Row> extends Component<LineProps<Row>> {
  shouldComponentUpdate({ row, columns }: LineProps<Row>) {
    return !this.props.steady || row !== this.props.row || columns !== this.props.columns;
  }
  render({ row, columns }: LineProps<Row>) {
    return (
      <tr>
        {columns.map((column) => (
          <td key={column.head} class={classOf(column)} data-head={column.head}>
            {column.cell(row)}
          </td>
        ))}
      </tr>
    );
  }
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
