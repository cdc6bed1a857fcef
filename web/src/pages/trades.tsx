// The tape: trades as they come, filtered; nothing jumps under the finger.
import { useEffect, useState } from 'preact/hooks';
import * as format from '../format';
import { useKeys } from '../keys';
import { hello } from '../live';
import { Choice } from '../parts/choice';
import { Answered, Panel } from '../parts/panel';
import { Cut, Empty } from '../parts/state';
import { useTape, type TapeFilter } from '../parts/tape';
import { Moment } from '../parts/time';
import { useTitle } from '../parts/title';
import { TradesTable } from '../parts/trades_table';
import { place, setQuery } from '../place';

const fields: { name: 'market' | 'event' | 'wallet' | 'min_usd'; label: string; hint: string }[] = [
  { name: 'market', label: 'Market', hint: 'id' },
  { name: 'event', label: 'Event', hint: 'id' },
  { name: 'wallet', label: 'Wallet', hint: '0x…' },
  { name: 'min_usd', label: 'From $', hint: '1000' },
];

function filterOf(query: URLSearchParams): TapeFilter {
  const filter: TapeFilter = {};
  for (const name of ['market', 'event', 'wallet', 'side', 'min_usd'] as const) {
    const value = query.get(name)?.slice(0, 100);
    if (value) filter[name] = value;
  }
  return filter;
}

/** Whether the reader is at the top, where new rows may come. */
function useAtTop(): boolean {
  const [atTop, setAtTop] = useState(scrollY < 40);
  useEffect(() => {
    const look = () => setAtTop(scrollY < 40);
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, []);
  return atTop;
}

export function Trades() {
  useTitle('Trades');
  const filter = filterOf(place.value.query);
  const [paused, setPaused] = useState(false);
  const atTop = useAtTop();
  const moving = !paused && atTop;
  const tape = useTape(filter, 200, moving);
  const pause = () => setPaused(!paused);
  useKeys('Trades', [{ key: ' ', does: 'Pause', run: pause }]);
  useEffect(() => {
    if (moving) tape.release();
  }, [moving]);
  const toTop = () => {
    setPaused(false);
    scrollTo(0, 0);
    tape.release();
  };
  return (
    <>
      <h1>Trades</h1>
      <Filters filter={filter} />
      <Panel
        title="Tape"
        note={paused ? 'paused' : moving ? 'live, newest first' : 'held while you read further down'}
        actions={
          <>
            <span aria-live="off">
              {tape.waiting > 0 && (
                <button type="button" class="strong" onClick={toTop}>
                  {format.count(tape.waiting)} new ↑
                </button>
              )}
            </span>
            <button type="button" aria-pressed={paused} onClick={pause}>
              Pause
            </button>
          </>
        }
      >
        {tape.skipped > 0 && (
          <Cut>{format.count(tape.skipped)} more came than can be shown; a filter, or SQL, has all of them.</Cut>
        )}
        <Answered result={tape.result} rows={14}>
          {(data) =>
            tape.rows.length ? (
              <Shown tape={tape} lookedBack={data.looked_back_to} />
            ) : (
              <NoTrade filtered={Object.keys(filter).length > 0} lookedBack={data.looked_back_to} />
            )
          }
        </Answered>
      </Panel>
    </>
  );
}

function Shown({ tape, lookedBack }: { tape: ReturnType<typeof useTape>; lookedBack: string | null }) {
  return (
    <>
      <TradesTable
        label="Trades"
        rows={tape.rows}
        columns={['market', 'outcome', 'side', 'price', 'shares', 'usd', 'maker', 'taker']}
      />
      <div class="load-more">
        {tape.hasMore && (
          <button type="button" onClick={() => void tape.more()}>
            Older ones
          </button>
        )}
        {!tape.hasMore && lookedBack && (
          <span class="muted">
            Looked back to <Moment at={lookedBack} />.
          </span>
        )}
      </div>
    </>
  );
}

function NoTrade({ filtered, lookedBack }: { filtered: boolean; lookedBack: string | null }) {
  if (hello.value?.features.trades === false) {
    return <Empty say="Trades are not read here: polyhouse config shows fills.enabled." />;
  }
  return (
    <Empty
      say={filtered ? 'No trade passes these filters.' : 'No trade is stored yet; the first will come here by itself.'}
    >
      {lookedBack && (
        <p class="muted">
          Looked back to <Moment at={lookedBack} />.
        </p>
      )}
    </Empty>
  );
}

function Filters({ filter }: { filter: TapeFilter }) {
  return (
    <div class="filters">
      {fields.map(({ name, label, hint }) => (
        <label key={name} class="field">
          <span>{label}</span>
          <input
            value={filter[name] ?? ''}
            placeholder={hint}
            inputMode={name === 'min_usd' ? 'decimal' : undefined}
            maxLength={100}
            spellcheck={false}
            onChange={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
          />
        </label>
      ))}
      <Choice
        label="Side"
        options={[
          ['', 'Both'],
          ['buy', 'Buy'],
          ['sell', 'Sell'],
        ]}
        chosen={filter.side ?? ''}
        onChoose={(side) => setQuery({ side })}
      />
    </div>
  );
}
