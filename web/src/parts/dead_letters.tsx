// The list of dead letters: filter, choose, replay.
import { useState } from 'preact/hooks';
import { address, useAnswer } from '../api';
import * as format from '../format';
import { hello } from '../live';
import { place, setQuery } from '../place';
import type { DeadLetter, DeadLetterList } from '../types';
import { Answered, Panel } from './panel';
import { Replay } from './replay';
import { Cut, Empty } from './state';
import { Table, type Column } from './table';
import { Age } from './time';

const letterPath = ({ stream, id }: { stream: string; id: string }) =>
  `/quality/dlq/${encodeURIComponent(stream)}/${encodeURIComponent(id)}`;

function columns(chosen: Set<string>, choose: (letter: DeadLetter) => void, mayReplay: boolean): Column<DeadLetter>[] {
  const box: Column<DeadLetter> = {
    head: 'Chosen',
    cell: (letter) => (
      <input
        type="checkbox"
        aria-label={`Choose ${letter.id} of ${letter.stream}`}
        checked={chosen.has(letter.id)}
        onChange={() => choose(letter)}
      />
    ),
  };
  const rest: Column<DeadLetter>[] = [
    { head: 'Stream', cell: ({ stream }) => <span class="mono">{format.cut(stream, 40)}</span> },
    {
      head: 'Error',
      phone: 'title',
      cell: (letter) => (
        <a href={letterPath(letter)} data-row="">
          <bdi>{format.cut(letter.error, 140)}</bdi>
        </a>
      ),
    },
    { head: 'Reason', cell: ({ reason }) => format.cut(reason, 40) },
    { head: 'Tries', right: true, cell: ({ tries }) => <span class="number">{format.count(tries)}</span> },
    {
      head: 'First seen',
      right: true,
      cell: ({ first_seen }) => (
        <span class="number">
          <Age at={first_seen} word="ago" />
        </span>
      ),
    },
  ];
  return mayReplay ? [box, ...rest] : rest;
}

function Filter({ name, label, options }: { name: string; label: string; options: string[] }) {
  return (
    <select
      aria-label={label}
      value={place.value.query.get(name) ?? ''}
      onChange={(event) => setQuery({ [name]: event.currentTarget.value, cursor: null })}
    >
      <option value="">Every {label.toLowerCase()}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {format.cut(option, 60)}
        </option>
      ))}
    </select>
  );
}

export function DeadLetters() {
  const { query } = place.value;
  const path = address('/api/dlq', {
    stream: query.get('stream'),
    reason: query.get('reason'),
    cursor: query.get('cursor'),
  });
  const result = useAnswer<DeadLetterList>(path, { every: 15_000, carry: true });
  const [chosen, setChosen] = useState(new Set<string>());
  const mayReplay = (hello.value?.features.replay ?? 'off') !== 'off';
  const choose = ({ id }: DeadLetter) =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  const list = result.answer?.data;
  return (
    <Panel
      title="Dead letters"
      note={list && `${format.count(list.total)} in all`}
      actions={
        list && (
          <>
            <Filter name="stream" label="Stream" options={list.streams} />
            <Filter name="reason" label="Reason" options={list.reasons} />
          </>
        )
      }
    >
      <Answered result={result} rows={4}>
        {({ rows }, answer) => {
          if (!rows.length)
            return (
              <Empty
                say={
                  query.has('stream') || query.has('reason')
                    ? 'No dead letter passes these filters.'
                    : 'None.'
                }
              />
            );
          const selected = rows.filter(({ id }) => chosen.has(id));
          return (
            <>
              {mayReplay && (
                <Replay
                  letters={selected}
                  chooseAll={() => setChosen(new Set(rows.map(({ id }) => id)))}
                  done={() => {
                    setChosen(new Set());
                    result.retry();
                  }}
                />
              )}
              <Table
                label="Dead letters"
                columns={columns(chosen, choose, mayReplay)}
                rows={rows}
                keyOf={({ stream, id }) => `${stream} ${id}`}
              />
              {!mayReplay && <Cut>They can be replayed from this machine, or after a log-in with the token.</Cut>}
              {answer.next && (
                <div class="load-more">
                  <button type="button" onClick={() => setQuery({ cursor: answer.next })}>
                    Older ones
                  </button>
                </div>
              )}
            </>
          );
        }}
      </Answered>
    </Panel>
  );
}
