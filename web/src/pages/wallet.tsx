// A wallet: what it traded, holds and made, from trades alone.
import { useMemo, useState } from 'preact/hooks';
import { address, get, useAnswer } from '../api';
import * as format from '../format';
import { Chart, chartHeight, useAsTable, type ChartData } from '../parts/chart';
import { Choice } from '../parts/choice';
import { Copy } from '../parts/copy';
import { Count, Gain, Money, Price } from '../parts/money';
import { MarketLink, Name } from '../parts/name';
import { Outside } from '../parts/outside';
import { Answered, Panel } from '../parts/panel';
import { Empty, Failed } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { useTape } from '../parts/tape';
import { Age, Moment } from '../parts/time';
import { useTitle } from '../parts/title';
import { TradesTable } from '../parts/trades_table';
import { place, setQuery } from '../place';
import { zoneName } from '../settings';
import type { PositionRow, Profit, Wallet } from '../types';
import { windowOf, windows } from './wallets';

export function WalletPage({ params }: { params: string[] }) {
  const wallet = params[0].toLowerCase();
  useTitle(`Wallet ${format.hash(wallet)}`);
  if (!/^0x[0-9a-f]{40}$/.test(wallet)) {
    return (
      <div class="alone">
        <h1>That is no address of a wallet</h1>
        <p class="mono muted">{format.cut(params[0], 100)}</p>
        <p>
          An address is 0x and 40 digits of 0 to 9 and a to f. <a href="/wallets">To the wallets</a>
        </p>
      </div>
    );
  }
  return <Known wallet={wallet} />;
}

function Known({ wallet }: { wallet: string }) {
  const window = windowOf('all');
  const result = useAnswer<Wallet>(address(`/api/wallets/${wallet}`, { window }), { every: 30_000, carry: true });
  const view = place.value.query.get('view') === 'trades' ? 'trades' : 'positions';
  return (
    <>
      <div class="head">
        <h1 class="wallet-title">
          Wallet <span class="mono">{wallet}</span>
        </h1>
        <div class="crumbs">
          <Copy text={wallet} of="the address" />
          <Outside to={`https://polymarket.com/profile/${wallet}`}>polymarket.com</Outside>
          <Outside to={`https://polygonscan.com/address/${wallet}`}>polygonscan.com</Outside>
          <Choice label="Time" options={windows} chosen={window} onChoose={(next) => setQuery({ window: next })} />
        </div>
      </div>
      <Answered result={result} rows={3}>
        {(figures) => <Figures figures={figures} />}
      </Answered>
      <ProfitChart wallet={wallet} />
      <Panel
        title={view === 'trades' ? 'Trades' : 'Positions'}
        actions={
          <Choice
            label="Show"
            options={[
              ['positions', 'Positions'],
              ['trades', 'Trades'],
            ]}
            chosen={view}
            onChoose={(next) => setQuery({ view: next })}
          />
        }
      >
        {view === 'trades' ? <WalletTrades wallet={wallet} /> : <Positions wallet={wallet} />}
      </Panel>
    </>
  );
}

function Figures({ figures }: { figures: Wallet }) {
  const { realised, open, volume, trades, first, last, priced_as_of, not_included } = figures;
  return (
    <>
      <dl class="figures">
        <div>
          <dt>Realised</dt>
          <dd>
            <Gain usd={realised} />
          </dd>
        </div>
        <div>
          <dt>
            Open{' '}
            <span class="faint">
              at prices <Age at={priced_as_of} word="old" />
            </span>
          </dt>
          <dd>
            <Gain usd={open} />
          </dd>
        </div>
        <div>
          <dt>Volume</dt>
          <dd>
            <Money usd={volume} />
          </dd>
        </div>
        <div>
          <dt>
            Trades{' '}
            {first && (
              <span class="faint">
                <Moment at={first} /> to <Moment at={last} />
              </span>
            )}
          </dt>
          <dd>
            <Count n={trades} />
          </dd>
        </div>
      </dl>
      {not_included.length > 0 && (
        <p class="muted small-print">From trades only; not in it: {format.cut(not_included.join(', '), 300)}.</p>
      )}
    </>
  );
}

const drawnHeight = 240;

function ProfitChart({ wallet }: { wallet: string }) {
  const result = useAnswer<Profit>(address(`/api/wallets/${wallet}/profit`, { points: 100 }), { every: 60_000 });
  const [asTable, turnTable] = useAsTable();
  return (
    <Panel
      title="Profit over time"
      class="chart-panel"
      note={zoneName()}
      actions={
        <button type="button" aria-pressed={asTable} onClick={turnTable}>
          As table
        </button>
      }
    >
      <Answered result={result} rows={6} height={chartHeight(drawnHeight)}>
        {(profit) => <Drawn profit={profit} asTable={asTable} />}
      </Answered>
    </Panel>
  );
}

function Drawn({ profit, asTable }: { profit: Profit; asTable: boolean }) {
  const data = useMemo<ChartData>(
    () => ({
      t: profit.t,
      lines: [{ label: 'profit', values: profit.profit }],
      candles: null,
      bars: null,
    }),
    [profit],
  );
  if (!data.t.length) return <Empty say="This wallet has not traded in what is stored." />;
  const last = profit.profit.findLast((value) => value !== null);
  const sentence = `Profit, realised and open, stands at ${format.money(last)} after ${format.span((data.t[data.t.length - 1] - data.t[0]) * 1000)}.`;
  return <Chart data={data} sentence={sentence} y={format.money} height={drawnHeight} asTable={asTable} />;
}

const columns: Column<PositionRow>[] = [
  {
    head: 'Market',
    phone: 'title',
    cell: ({ market_id, question }) => <MarketLink id={market_id} question={question} row />,
  },
  { head: 'Outcome', cell: ({ outcome }) => <Name text={outcome ?? '–'} most={24} /> },
  {
    head: 'Shares',
    right: true,
    cell: ({ shares }) => (
      <span class="number" title={format.exact(shares)}>
        {format.shares(shares)}
      </span>
    ),
  },
  { head: 'Average', right: true, phone: 'off', cell: ({ average }) => <Price p={average} tick={0.001} /> },
  { head: 'Now', right: true, phone: 'off', cell: ({ now }) => <Price p={now} tick={0.001} /> },
  { head: 'Value', right: true, cell: ({ value }) => <Money usd={value} /> },
  { head: 'Realised', right: true, cell: ({ realised }) => <Gain usd={realised} /> },
  { head: 'Open', right: true, cell: ({ open }) => <Gain usd={open} /> },
];

function Positions({ wallet }: { wallet: string }) {
  const path = `/api/wallets/${wallet}/positions`;
  const result = useAnswer<PositionRow[]>(path, { every: 60_000 });
  const [more, setMore] = useState<PositionRow[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const cursor = next === undefined ? result.answer?.next : next;
  const load = () =>
    get<PositionRow[]>(address(path, { cursor })).then(
      (page) => {
        setFailed(false);
        setMore((rows) => [...rows, ...page.data]);
        setNext(page.next);
      },
      () => setFailed(true),
    );
  return (
    <Answered result={result} rows={8}>
      {(rows) =>
        rows.length ? (
          <>
            <Table label="Positions" columns={columns} rows={[...rows, ...more]} keyOf={({ token }) => token} />
            {failed && (
              <Failed trouble={{ code: 'unavailable', message: 'The next ones could not be read.', hint: '' }} />
            )}
            {cursor && (
              <div class="load-more">
                <button type="button" onClick={load}>
                  More positions
                </button>
              </div>
            )}
          </>
        ) : (
          <Empty say="This wallet has no position in what is stored." />
        )
      }
    </Answered>
  );
}

function WalletTrades({ wallet }: { wallet: string }) {
  const tape = useTape({ wallet }, 200, true);
  return (
    <Answered result={tape.result} rows={8}>
      {() =>
        tape.rows.length ? (
          <>
            <TradesTable
              label="Trades of this wallet"
              rows={tape.rows}
              columns={['market', 'outcome', 'side', 'price', 'shares', 'usd', 'maker', 'taker', 'tx']}
            />
            {tape.hasMore && (
              <div class="load-more">
                <button type="button" onClick={() => void tape.more()}>
                  Older ones
                </button>
              </div>
            )}
          </>
        ) : (
          <Empty say="This wallet has not traded in what is stored." />
        )
      }
    </Answered>
  );
}
