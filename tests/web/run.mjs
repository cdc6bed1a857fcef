// Every browser test, on the real program and the simulator: node tests/web/run.mjs [FILE…]
//
// POLYHOUSE_PROGRAM and SIMULATOR_PROGRAM name the programs, CHROMIUM_PROGRAM the browser; with PICTURES=DIR the
// pictures of the documentation are written there.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld } from './support/world.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.slice(2);
const files = asked.length ? asked : readdirSync(here).filter((name) => name.endsWith('_test.mjs'));

const world = await startWorld();
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=120000', ...files.map((name) => join(here, name))],
  {
    stdio: 'inherit',
    env: { ...process.env, WEB_TEST_URL: world.url, WEB_TEST_SIMULATOR_URL: world.simulatorUrl },
  },
);
const code = await new Promise((done) => tests.once('exit', done));
await world.stop();
process.exit(code ?? 1);
