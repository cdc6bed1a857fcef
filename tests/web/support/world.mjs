// The world that most tests share: run.mjs starts it and says where it is.
import { startSimulator, startUp, query } from './processes.mjs';
import { until } from './until.mjs';

const simulated = [
  ['--markets', '240', '--fills', '3000', '--fifty-fifty', '40'],
  ['--tick', '2s', '--block-fills', '4', '--block-every', '500ms'],
].flat();

/** Something to stop for each that was started, the last one first. */
export async function startWorld(started) {
  const simulator = await startSimulator(simulated);
  started.unshift(simulator);
  const up = await startUp(simulator, ['--fills-from', '89990000']);
  started.unshift(up);
  await until('trades are stored with their markets', async () => {
    const [[trades]] = await query(up.url, 'SELECT count() FROM trades_with_markets WHERE notEmpty(question)');
    return Number(trades) > 500;
  });
  return up.url;
}

export const url = process.env.WEB_TEST_URL;
