// What changed of a market, and when: from its history.
import { useAnswer } from '../api';
import * as format from '../format';
import type { Market, StoryRow } from '../types';
import { Answered, Panel } from './panel';
import { Empty } from './state';
import { Moment } from './time';

const words: Record<string, string> = {
  end_date: 'ends',
  closed: 'closed',
  accepting_orders: 'takes orders',
  outcome_prices: 'prices',
  uma_resolution_status: 'resolution',
};

export function Story({ market }: { market: Market }) {
  const path = `/api/markets/${encodeURIComponent(market.id)}/story`;
  const result = useAnswer<StoryRow[]>(path, { every: 30_000 });
  return (
    <Panel title="Story" note="what changed between readings">
      <Answered result={result} rows={4}>
        {(rows, answer) =>
          rows.length ? (
            <>
              <ol class="story">
                {rows.map((row, n) => (
                  <Change key={n} row={row} />
                ))}
              </ol>
              {answer.next && <p class="cut-note">The {rows.length} newest; older ones in SQL: markets_history.</p>}
            </>
          ) : (
            <Empty say="Nothing but prices and volumes has changed since it was first read." />
          )
        }
      </Answered>
    </Panel>
  );
}

function Change({ row }: { row: StoryRow }) {
  const { at, changed, from, to } = row;
  return (
    <li>
      <span class="number muted">
        <Moment at={at} />
      </span>
      <span>
        <b>{words[changed] ?? changed.replaceAll('_', ' ')}</b> {from !== null && <Value text={from} />}
        {from !== null && <span aria-label="became"> → </span>}
        <Value text={to ?? 'nothing'} />
      </span>
    </li>
  );
}

function Value({ text }: { text: string }) {
  return <bdi title={format.cut(text, 1000)}>{format.cut(text || 'empty', 120)}</bdi>;
}
