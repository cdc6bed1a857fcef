// Wallets: a box for an address, and the most active ones.
import { useState } from 'preact/hooks';
import { address, useAnswer } from '../api';
import { Choice } from '../parts/choice';
import { Count, Money } from '../parts/money';
import { Answered, Panel } from '../parts/panel';
import { Empty } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Age } from '../parts/time';
import { useTitle } from '../parts/title';
import { go, place, setQuery } from '../place';
import type { WalletRow, WalletWindow } from '../types';

export const windows: [WalletWindow, string][] = [
  ['1d', '1 d'],
  ['7d', '7 d'],
  ['30d', '30 d'],
  ['all', 'All'],
];

export function windowOf(fallback: WalletWindow): WalletWindow {
  const asked = place.value.query.get('window') as WalletWindow;
  return windows.some(([name]) => name === asked) ? asked : fallback;
}

const columns: Column<WalletRow>[] = [
  {
    head: 'Wallet',
    phone: 'title',
    cell: ({ wallet }) => (
      <a class="mono" href={`/wallet/${encodeURIComponent(wallet)}`} data-row="">
        {wallet}
      </a>
    ),
  },
  { head: 'Volume', right: true, cell: ({ volume }) => <Money usd={volume} /> },
  { head: 'Trades', right: true, cell: ({ trades }) => <Count n={trades} /> },
  { head: 'Outcomes', right: true, cell: ({ markets }) => <Count n={markets} /> },
  {
    head: 'Last',
    right: true,
    cell: ({ last }) => (
      <span class="number">
        <Age at={last} />
      </span>
    ),
  },
];

export function Wallets() {
  useTitle('Wallets');
  const window = windowOf('1d');
  const result = useAnswer<WalletRow[]>(address('/api/wallets', { window }), { every: 30_000, carry: true });
  return (
    <>
      <h1>Wallets</h1>
      <AddressBox />
      <Panel
        title="Most active"
        note="by volume of own orders"
        actions={
          <Choice label="Time" options={windows} chosen={window} onChoose={(next) => setQuery({ window: next })} />
        }
      >
        <Answered result={result} rows={12}>
          {(rows) =>
            rows.length ? (
              <Table label="Most active wallets" columns={columns} rows={rows} keyOf={({ wallet }) => wallet} />
            ) : (
              <Empty say="No wallet has traded in this time." />
            )
          }
        </Answered>
      </Panel>
    </>
  );
}

function AddressBox() {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const open = (event: Event) => {
    event.preventDefault();
    const found = /^0x[0-9a-f]{40}$/i.test(typed.trim());
    setWrong(!found);
    if (found) go(`/wallet/${typed.trim().toLowerCase()}`);
  };
  return (
    <form class="filters" onSubmit={open}>
      <input
        class="grow mono"
        aria-label="Address of a wallet"
        placeholder="0x and 40 digits"
        spellcheck={false}
        maxLength={64}
        value={typed}
        aria-invalid={wrong}
        aria-describedby="wrong-address"
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setWrong(false);
        }}
      />
      <button type="submit">Open</button>
      <span id="wrong-address" class="wrong" role="status">
        {wrong && 'An address is 0x and 40 digits of 0 to 9 and a to f.'}
      </span>
    </form>
  );
}
