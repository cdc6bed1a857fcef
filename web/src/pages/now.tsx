// Now: what is wrong in words, then the flow from source to table, live.
import { useState } from 'preact/hooks';
import { useAnswer } from '../api';
import * as format from '../format';
import { lost, now as live, quiet } from '../live';
import { Answered, Panel } from '../parts/panel';
import { Command } from '../parts/copy';
import { Dot, worst } from '../parts/dot';
import { Count } from '../parts/money';
import { Spark } from '../parts/spark';
import { Empty, Loading, Stale } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { Age, Moment } from '../parts/time';
import { useTitle } from '../parts/title';
import { zoneName } from '../settings';
import type { Flow, Lane, NowEvent, Now as NowState, Problem, Role } from '../types';

export function Now() {
  useTitle('');
  // Before the stream speaks, and where it cannot be opened.
  const first = useAnswer<NowState>(live.value ? null : '/api/now', { every: 5000 });
  const state = live.value ?? first.answer?.data;
  if (!state) {
    return (
      <>
        <h1>{first.trouble ? 'The server does not answer' : 'Polymarket, now'}</h1>
        <Panel title="Flow">
          <Answered result={first} rows={12}>
            {() => <Loading rows={12} />}
          </Answered>
        </Panel>
      </>
    );
  }
  return (
    <>
      <h1>
        {lost.value ? `No news for ${format.span(quiet.value)}. The last word was: ` : ''}
        {state.say}
      </h1>
      {lost.value && <Stale at={state.as_of} />}
      <Problems problems={state.problems} />
      <div>
        <Flows flows={state.flows} />
        <div class="now-below">
          <Events events={state.events} />
          <Roles roles={state.roles} />
        </div>
      </div>
    </>
  );
}

function Problems({ problems }: { problems: Problem[] }) {
  return (
    <div class="problems" role="alert">
      {problems.map((problem) => (
        <ProblemCard key={problem.id} problem={problem} />
      ))}
    </div>
  );
}

function ProblemCard({ problem }: { problem: Problem }) {
  const { level, title, since, safe, command, runbook } = problem;
  return (
    <section class={`problem ${level}`}>
      <h2>
        <i class={`mark ${level}`} aria-hidden="true" /> {title}
      </h2>
      {safe && <p>{safe}</p>}
      <div class="problem-help">
        <Command text={command} />
        <span class="muted">
          {since && (
            <>
              since <Moment at={since} zoned />,{' '}
            </>
          )}
          docs/runbook.md: {runbook}
        </span>
      </div>
    </section>
  );
}

function Flows({ flows }: { flows: Flow[] }) {
  if (!flows.length) {
    return (
      <Panel title="Flow">
        <Empty say="Nothing is read yet: no role is at work. polyhouse status says more." />
      </Panel>
    );
  }
  return (
    <section class="panel flows" aria-label="From source to table">
      <div class="flow-heads" aria-hidden="true">
        <span>Source</span>
        <span>
          Lanes <i>newest, rate</i>
        </span>
        <span>
          Stream <i>lag</i>
        </span>
        <span>Writer</span>
        <span>Table</span>
      </div>
      {flows.map((flow) => (
        <FlowRow key={flow.name} flow={flow} />
      ))}
    </section>
  );
}

function stateOf({ source, lanes, stream, writer }: Flow) {
  return worst([source.state, ...lanes.map(({ state }) => state), stream.state, writer.state]);
}

function newestOf(lanes: Lane[]): string | null {
  return lanes.reduce<string | null>((a, { newest }) => (newest && (!a || newest > a) ? newest : a), null);
}

function FlowRow({ flow }: { flow: Flow }) {
  const state = stateOf(flow);
  const [open, setOpen] = useState<boolean | null>(null);
  const shown = open ?? (state === 'bad' || state === 'warn');
  return (
    <div class={`flow ${shown ? 'open' : ''}`}>
      <h2 class="flow-fold">
        <button type="button" aria-expanded={shown} onClick={() => setOpen(!shown)}>
          <Dot state={state}>{flow.name}</Dot>
          <span class="muted">
            <Age at={newestOf(flow.lanes)} />
          </span>
          <span class="number">{format.rate(flow.writer.rows_s)}</span>
          <span aria-hidden="true">{shown ? '▾' : '▸'}</span>
        </button>
      </h2>
      <SourceCell source={flow.source} />
      <LanesCell lanes={flow.lanes} />
      <StreamCell stream={flow.stream} />
      <WriterCell writer={flow.writer} />
      <TableCell table={flow.table} />
    </div>
  );
}

function SourceCell({ source }: { source: Flow['source'] }) {
  const { label, state, note, rate, of, spark } = source;
  const requests =
    rate === null ? '' : `${format.short(rate)}${of === null ? '' : ` of ${format.short(of)}`} requests/s`;
  return (
    <div class="cell source">
      <Dot state={state}>
        <b>{label}</b>
      </Dot>
      {note && <span class="muted cell-note">{note}</span>}
      {requests && <span class="number muted">{requests}</span>}
      <Spark values={spark} label={`Requests in the last minute: ${requests || 'none'}`} />
    </div>
  );
}

function LanesCell({ lanes }: { lanes: Lane[] }) {
  return (
    <ul class="cell lanes">
      {lanes.map((lane) => (
        <li key={lane.name}>
          <Dot state={lane.state}>{lane.name}</Dot>
          <span class="number lane-age">
            <Age at={lane.newest} />
          </span>
          <span class="number lane-rate">{format.rate(lane.rows_s)}</span>
          {lane.error && <span class="lane-error">{format.cut(lane.error, 200)}</span>}
        </li>
      ))}
      {!lanes.length && <li class="muted">made of other rows</li>}
    </ul>
  );
}

function StreamCell({ stream }: { stream: Flow['stream'] }) {
  const { state, lag_ms, lag_rows, pending, spark } = stream;
  const lag = lag_ms === null ? format.unknown : lag_ms < 50 ? 'no lag' : format.took(lag_ms);
  return (
    <div class="cell">
      <Dot state={state}>
        <b class="number">{lag}</b>
      </Dot>
      <span class="number muted">
        {lag_rows === null ? 'rows unknown' : `${format.short(lag_rows)} rows behind`}
        {pending ? `, ${format.short(pending)} pending` : ''}
      </span>
      <Spark values={spark} label={`Rows behind in the last minute, now ${format.short(lag_rows)}`} />
    </div>
  );
}

function WriterCell({ writer }: { writer: Flow['writer'] }) {
  const { state, rows_s, batch_p99_ms, retries, dead } = writer;
  return (
    <div class="cell">
      <Dot state={state}>
        <b class="number">{rows_s === null ? format.unknown : `${format.short(rows_s)} rows/s`}</b>
      </Dot>
      <span class="number muted">{format.took(batch_p99_ms)} p99</span>
      <span class="number muted">
        {format.plural(retries, 'retry', 'retries')}
        {dead > 0 && (
          <>
            {', '}
            <a href="/quality">{format.plural(dead, 'dead letter')}</a>
          </>
        )}
      </span>
    </div>
  );
}

function TableCell({ table }: { table: Flow['table'] }) {
  const { name, rows, bytes, exact, grown_24h } = table;
  const counted = exact ? `${format.count(exact.rows)} counted at ${exact.as_of}` : 'stored rows, not counted yet';
  return (
    <div class="cell table-cell">
      <span class="mono muted">{name}</span>
      <b class="figure" title={counted}>
        <Count n={exact?.rows ?? rows} />
      </b>
      <span class="number muted" title="new in the last 24 h by their own time">
        {grown_24h === null ? '' : `+${format.short(grown_24h)} in 24 h, `}
        {format.bytes(bytes)}
      </span>
    </div>
  );
}

const eventColumns = (): Column<NowEvent>[] => [
  { head: zoneName(), cell: ({ at }) => <Moment at={at} /> },
  {
    head: 'What',
    phone: 'title',
    cell: ({ level, text }) =>
      level === 'good' ? format.cut(text, 300) : <Dot state={level}>{format.cut(text, 300)}</Dot>,
  },
  { head: 'Where', cell: ({ where }) => <span class="muted">{where}</span> },
];

function Events({ events }: { events: NowEvent[] }) {
  return (
    <Panel title="Last events" note="newest first">
      {events.length ? (
        <Table
          label="Last events"
          columns={eventColumns()}
          rows={events}
          keyOf={({ at, text, where }) => at + where + text}
        />
      ) : (
        <Empty say="Nothing has happened yet." />
      )}
    </Panel>
  );
}

function Roles({ roles }: { roles: Role[] }) {
  const alive = roles.filter(({ state }) => state !== 'bad').length;
  return (
    <Panel title="Roles" note={`${alive} of ${roles.length} alive`}>
      <ul class="roles">
        {roles.map((role) => (
          <li key={`${role.name} ${role.host}`}>
            <Dot state={role.state}>{role.name}</Dot>
            <span class="mono muted">{format.cut(role.host, 30)}</span>
            <span class="number muted">{role.age_ms < 3000 ? 'alive' : format.span(role.age_ms)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
