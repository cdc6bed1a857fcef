// Trades, newest first: the columns of the tape.
import * as format from '../format';
import { zoneName } from '../settings';
import type { TradeRow } from '../types';
import { WalletLink } from './copy';
import { Money, Price } from './money';
import { MarketLink, Name } from './name';
import { Outside } from './outside';
import { Table, type Column } from './table';
import { Millis } from './time';

const cells: Record<
  'market' | 'outcome' | 'side' | 'price' | 'shares' | 'usd' | 'maker' | 'taker' | 'tx',
  Column<TradeRow>
> = {
  market: {
    head: 'Market',
    phone: 'title',
    cell: ([, , id, question]) => <MarketLink id={id} question={question} row />,
  },
  outcome: { head: 'Outcome', cell: ([, , , , outcome]) => <Name text={outcome ?? '–'} most={24} /> },
  side: { head: 'Side', cell: ([, , , , , side]) => <span class={`side ${side}`}>{side}</span> },
  price: { head: 'Price', right: true, cell: ([, , , , , , p]) => <Price p={p} tick={0.001} /> },
  shares: {
    head: 'Shares',
    right: true,
    phone: 'off',
    cell: ([, , , , , , , n]) => (
      <span class="number" title={format.exact(n)}>
        {format.shares(n)}
      </span>
    ),
  },
  usd: { head: '$', right: true, cell: ([, , , , , , , , usd]) => <Money usd={usd} /> },
  maker: { head: 'Maker', phone: 'off', cell: (row) => <WalletLink address={row[9]} /> },
  taker: { head: 'Taker', phone: 'off', cell: (row) => <WalletLink address={row[10]} /> },
  tx: {
    head: 'Tx',
    phone: 'off',
    cell: (row) => <Outside to={row[11] && `https://polygonscan.com/tx/${encodeURIComponent(row[11])}`}>tx</Outside>,
  },
};

export type TradeColumn = keyof typeof cells;

export function TradesTable({ rows, columns, label }: { rows: TradeRow[]; columns: TradeColumn[]; label: string }) {
  const time: Column<TradeRow> = { head: zoneName(), cell: ([, ms]) => <Millis at={ms} /> };
  return (
    <Table label={label} columns={[time, ...columns.map((name) => cells[name])]} rows={rows} keyOf={(row) => row[0]} />
  );
}
