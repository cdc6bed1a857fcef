// Sends dead letters back to their stream: says how many, asks once, tells what came of it in place.
import { useState } from 'preact/hooks';
import { ApiError, post } from '../api';
import * as format from '../format';
import type { DeadLetter, ReplayRequest, ReplayResult } from '../types';

interface ReplayProps {
  letters: DeadLetter[];
  chooseAll?: () => void;
  done: () => void;
}

async function replay(letters: DeadLetter[]): Promise<ReplayResult> {
  const all: ReplayResult = { replayed: 0, failed: [] };
  for (const stream of new Set(letters.map((letter) => letter.stream))) {
    const ids = letters.filter((letter) => letter.stream === stream).map(({ id }) => id);
    const request: ReplayRequest = { stream, ids };
    const { data } = await post<ReplayResult>('/api/dlq/replay', request);
    all.replayed += data.replayed;
    all.failed.push(...data.failed);
  }
  return all;
}

export function Replay({ letters, chooseAll, done }: ReplayProps) {
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState('');
  const n = letters.length;
  const send = async () => {
    setAsking(false);
    try {
      const { replayed, failed } = await replay(letters);
      const why = failed.length ? `; ${failed.length} not: ${format.cut(failed[0].why.replace(/\.$/, ''), 200)}` : '';
      setSaid(`${format.plural(replayed, 'letter')} went back to the stream${why}.`);
      done();
    } catch (error) {
      setSaid(error instanceof ApiError ? `${error.trouble.message} ${error.trouble.hint}` : 'It did not work.');
    }
  };
  return (
    <div class="replay">
      {asking ? (
        <>
          <span>
            Send {format.plural(n, 'letter')} back to {n === 1 ? 'its stream' : 'their streams'}? The ledger will say
            so.
          </span>
          <button type="button" class="strong" onClick={send}>
            Replay {n}
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            No
          </button>
        </>
      ) : (
        <>
          {chooseAll && (
            <button type="button" onClick={chooseAll}>
              Choose all
            </button>
          )}
          <button type="button" disabled={!n} onClick={() => setAsking(true)}>
            Replay{chooseAll ? ` ${n}` : ''}…
          </button>
        </>
      )}
      <span role="status">{said}</span>
    </div>
  );
}
