// Trades, newest first: the columns of the tape.
import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { clock } from '../clock';
import * as format from '../format';
import { zone, zoneName } from '../settings';
import type { TradeRow } from '../types';
import { WalletLink } from './copy';
import { Money, Price } from './money';
import { MarketLink, Name } from './name';
import { Outside } from './outside';
import { Table, type Column } from './table';
import { tip } from './time';

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

/** What each of hundreds of rows may look at: not each second. */
const hour = computed(() => Math.floor(clock.value / 3_600_000) * 3_600_000);

/** 14:02:11.123 */
function Millis({ at }: { at: number }) {
  const isOld = hour.value - at > 86_400_000;
  return (
    <time dateTime={format.iso(at)} title={tip(at)} onPointerEnter={(event) => (event.currentTarget.title = tip(at))}>
      {isOld ? format.moment(at, hour.value, zone.value) : format.clockMillis(at, zone.value)}
    </time>
  );
}

export type TradeColumn = keyof typeof cells;

export function TradesTable({ rows, columns, label }: { rows: TradeRow[]; columns: TradeColumn[]; label: string }) {
  const head = zoneName();
  const shown = useMemo(
    () => [{ head, cell: ([, ms]: TradeRow) => <Millis at={ms} /> }, ...columns.map((name) => cells[name])],
    [head, columns.join()],
  );
  return <Table label={label} columns={shown} rows={rows} keyOf={(row) => row[0]} steady />;
}
