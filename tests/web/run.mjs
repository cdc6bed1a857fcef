// Every browser test, on the real program and the simulator: node tests/web/run.mjs [FILE…]
//
// POLYHOUSE_PROGRAM and SIMULATOR_PROGRAM name the programs, CHROMIUM_PROGRAM the browser; with PICTURES=DIR the
// pictures of the documentation are written there.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld } from './support/world.mjs';

// Playwright wants a newer node than Debian 12 has; npm has one.
if (Number(process.versions.node.split('.')[0]) < 20) {
  const newer = ['exec', '--yes', '--package=node@20.20.2', '--', 'node', ...process.argv.slice(1)];
  process.exit(spawnSync('npm', newer, { stdio: 'inherit' }).status ?? 1);
}

const here = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.slice(2);
const files = asked.length ? asked : readdirSync(here).filter((name) => name.endsWith('_test.mjs'));

const options = ['--test', '--test-concurrency=2'];

function runTests(url) {
  const env = { ...process.env, WEB_TEST_URL: url };
  const paths = files.map((name) => join(here, name));
  const tests = spawn(process.execPath, [...options, ...paths], { stdio: 'inherit', env });
  started.unshift({ stop: async () => tests.kill() });
  return new Promise((done) => tests.once('exit', (code) => done(code ?? 1)));
}

const started = [];

async function leave(code) {
  for (const each of started.splice(0)) await each.stop();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void leave(1));
try {
  await leave(await runTests(await startWorld(started)));
} catch (error) {
  console.error(error);
  await leave(1);
}
