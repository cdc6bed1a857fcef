// Data quality: what is complete, what was checked, and the letters that could not be stored.
import { address, useAnswer } from '../api';
import * as format from '../format';
import { useTopic } from '../live';
import { Command } from '../parts/copy';
import { DeadLetters } from '../parts/dead_letters';
import { DeadLetterView } from '../parts/dead_letter';
import { Dot } from '../parts/dot';
import { Answered, Panel } from '../parts/panel';
import { Empty } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Age, Moment } from '../parts/time';
import { useTitle } from '../parts/title';
import { place, setQuery } from '../place';
import { zoneName } from '../settings';
import type { LedgerDay, LedgerRow, Quality, QualityRun, QualitySource } from '../types';

export function QualityPage({ params }: { params: string[] }) {
  useTitle('Data quality');
  if (params.length === 2) return <DeadLetterView stream={params[0]} id={params[1]} />;
  return <Overview />;
}

function Overview() {
  const result = useAnswer<Quality>('/api/quality', { every: 15_000 });
  useTopic('quality', {}, (name) => {
    if (name === 'quality') result.retry();
  });
  return (
    <>
      <h1>Data quality</h1>
      {result.answer ? (
        <Answered result={result}>{(quality) => <Checks quality={quality} />}</Answered>
      ) : (
        <Panel title="Completeness">
          <Answered result={result} rows={10}>
            {() => null}
          </Answered>
        </Panel>
      )}
      <DeadLetters />
    </>
  );
}

function Checks({ quality }: { quality: Quality }) {
  return (
    <>
      <Sources sources={quality.sources} />
      <Ledger />
      <div class="halves">
        <Runs title="Verify" runs={quality.verify} command="polyhouse verify" />
        <Runs title="Reconcile" runs={quality.reconcile} command="polyhouse reconcile" />
      </div>
    </>
  );
}

function Sources({ sources }: { sources: QualitySource[] }) {
  if (!sources.length) {
    return (
      <Panel title="Completeness">
        <Empty say="Nothing is in the ledger yet: it is written as listings are read to their end." />
      </Panel>
    );
  }
  return (
    <div class="sources-grid">
      {sources.map((source) => (
        <Source key={source.name} source={source} />
      ))}
    </div>
  );
}

function Source({ source }: { source: QualitySource }) {
  const { name, state, say, proved_at, holes, command, days } = source;
  return (
    <Panel
      title={name}
      note={
        proved_at && (
          <>
            proved <Age at={proved_at} word="ago" />
          </>
        )
      }
    >
      <div class="source-in">
        <p>
          <Dot state={state}>{say}</Dot>
        </p>
        {holes.length > 0 && (
          <ul class="holes">
            {holes.slice(0, 20).map(({ from, to, note }) => (
              <li key={from + to}>
                <span class="mono">
                  {from}–{to}
                </span>{' '}
                <span class="muted">{format.cut(note, 120)}</span>
              </li>
            ))}
            {holes.length > 20 && <li class="muted">{format.count(holes.length - 20)} more</li>}
          </ul>
        )}
        <Command text={command} />
        <Days days={days} source={name} />
      </div>
    </Panel>
  );
}

/** A bar a day, as high as its rows are many beside the busiest day. */
function Days({ days, source }: { days: LedgerDay[]; source: string }) {
  if (!days.length) return null;
  const shown = days.slice(-60);
  const holed = shown.filter(({ holes }) => holes > 0).length;
  const sentence = `${format.plural(shown.length, 'day')} from ${shown[0].day}: ${holed || 'none'} with records that could not be read`;
  return (
    <>
      <div class="days" role="img" aria-label={sentence}>
        {shown.map((each) => (
          <span
            key={each.day}
            class={each.holes ? 'holed' : each.part === null ? 'none' : undefined}
            title={dayText(each)}
          >
            <i style={{ '--part': String(each.part ?? 0.02) }} />
          </span>
        ))}
      </div>
      <select
        aria-label={`Ledger of ${source}, a day`}
        value=""
        onChange={(event) => setQuery({ source, day: event.currentTarget.value })}
      >
        <option value="">Ledger of a day</option>
        {[...shown].reverse().map((each) => (
          <option key={each.day} value={each.day}>
            {dayText(each)}
          </option>
        ))}
      </select>
    </>
  );
}

function dayText({ day, part, rows, holes }: LedgerDay): string {
  const text = part === null ? 'nothing came' : `${format.count(rows)} rows`;
  return `${day}: ${text}${holes ? `, ${format.count(holes)} could not be read` : ''}`;
}

const ledgerColumns = (): Column<LedgerRow>[] => [
  { head: zoneName(), cell: ({ at }) => <Moment at={at} /> },
  { head: 'What', phone: 'title', cell: ({ what }) => format.cut(what, 120) },
  { head: 'From', cell: ({ from }) => <span class="mono">{format.cut(from, 40)}</span> },
  { head: 'To', cell: ({ to }) => <span class="mono">{format.cut(to, 40)}</span> },
  { head: 'Rows', right: true, cell: ({ rows }) => <span class="number">{format.count(rows)}</span> },
];

/** The ledger of a chosen day. */
function Ledger() {
  const source = place.value.query.get('source');
  const day = place.value.query.get('day');
  const result = useAnswer<LedgerRow[]>(source && day ? address('/api/quality/ledger', { source, day }) : null);
  if (!source || !day) return null;
  return (
    <Panel
      title={`Ledger of ${format.cut(source, 40)}, ${format.cut(day, 10)}`}
      actions={
        <button type="button" onClick={() => setQuery({ source: null, day: null })}>
          Close
        </button>
      }
    >
      <Answered result={result}>
        {(rows) =>
          rows.length ? (
            <Table
              label="Ledger"
              columns={ledgerColumns()}
              rows={rows}
              keyOf={({ at, what, from, to }) => [at, what, from, to].join()}
            />
          ) : (
            <Empty say="Nothing was written that day." />
          )
        }
      </Answered>
    </Panel>
  );
}

const runColumns = (): Column<QualityRun>[] => [
  { head: zoneName(), cell: ({ at }) => <Moment at={at} /> },
  { head: 'What', phone: 'title', cell: ({ what, state }) => <Dot state={state}>{format.cut(what, 80)}</Dot> },
  { head: 'Differ', right: true, cell: ({ differences }) => <span class="number">{format.count(differences)}</span> },
  { head: 'Note', cell: ({ note }) => format.cut(note, 120) },
];

function Runs({ title, runs, command }: { title: string; runs: QualityRun[]; command: string }) {
  return (
    <Panel title={title} note={runs.length ? 'newest first' : undefined}>
      {runs.length ? (
        <Table label={title} columns={runColumns()} rows={runs.slice(0, 20)} keyOf={({ at, what }) => at + what} />
      ) : (
        <Empty say="Nothing is on record: what it finds is said where it runs.">
          <Command text={command} />
        </Empty>
      )}
    </Panel>
  );
}
