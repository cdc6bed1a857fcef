// One dead letter: the record as it came, beside what is wrong with it.
import { useAnswer } from '../api';
import * as format from '../format';
import { hello } from '../live';
import { go } from '../place';
import type { DeadLetterPage } from '../types';
import { Copy } from './copy';
import { Answered, Panel } from './panel';
import { Replay } from './replay';
import { Age, Moment } from './time';

export function DeadLetterView({ stream, id }: { stream: string; id: string }) {
  const result = useAnswer<DeadLetterPage>(`/api/dlq/${encodeURIComponent(stream)}/${encodeURIComponent(id)}`);
  const mayReplay = (hello.value?.features.replay ?? 'off') !== 'off';
  return (
    <>
      <div class="head">
        <div class="crumbs">
          <a href="/quality">Data quality</a>
        </div>
        <h1>
          Dead letter <span class="mono">{format.cut(id, 60)}</span>
        </h1>
      </div>
      <Panel title={stream}>
        <Answered result={result} rows={8}>
          {(letter) => (
            <>
              <dl class="ids">
                <Line name="Error" text={letter.error} />
                <Line name="Reason" text={letter.reason} />
                <Line name="Field" text={letter.field} />
                <Line name="Came from" text={letter.origin} />
                <Line name="Tries" text={format.count(letter.tries)} />
                <div>
                  <dt>First seen</dt>
                  <dd>
                    <span>
                      <Moment at={letter.first_seen} zoned />, <Age at={letter.first_seen} word="ago" />
                    </span>
                  </dd>
                </div>
              </dl>
              {mayReplay && <Replay letters={[letter]} done={() => setTimeout(() => go('/quality'), 1500)} />}
              <Raw letter={letter} />
            </>
          )}
        </Answered>
      </Panel>
    </>
  );
}

function Line({ name, text }: { name: string; text: string }) {
  if (!text) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{format.cut(text, 1000)}</bdi>
      </dd>
    </div>
  );
}

/** Lines and indents, without reading the record: numbers beyond 2^53 stay as they came. */
function pretty(raw: string): string {
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.max(0, depth))}`;
  const parts = raw.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:\s]+|"/g) ?? [];
  return parts
    .map((part) => {
      if (part === '{' || part === '[') return part + (depth++, line());
      if (part === '}' || part === ']') return (depth--, line()) + part;
      if (part === ',') return part + line();
      return part === ':' ? ': ' : part;
    })
    .join('');
}

/** The record, with the field that is wrong marked where it is found. */
function Raw({ letter: { raw, field } }: { letter: DeadLetterPage }) {
  const lines = pretty(raw.slice(0, 100_000)).split('\n');
  const isWrong = (line: string) => Boolean(field) && line.trimStart().startsWith(`"${field}"`);
  return (
    <div class="as-text">
      <Copy text={raw} of="the record" />
      <pre tabIndex={0} role="region" aria-label="The record as it came">
        {lines.map((line, n) => (isWrong(line) ? <mark key={n}>{`${line}\n`}</mark> : `${line}\n`))}
      </pre>
    </div>
  );
}
