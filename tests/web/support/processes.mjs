// The simulator and `polyhouse up`, started for a test and stopped by their ids.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const program = process.env.POLYHOUSE_PROGRAM ?? join(root, 'build/release/polyhouse');
const simulatorProgram = process.env.SIMULATOR_PROGRAM ?? join(root, 'build/release/polyhouse-simulator');

/** Without our own variables: the program refuses names that begin with its own and are no setting. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POLYHOUSE_')));

function start(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const started = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (started.output += data));
  return started;
}

async function stop({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const left = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await left;
  clearTimeout(late);
}

/** A local Polymarket. `post('/simulator/tick?n=1')` changes it. */
export async function startSimulator(args = []) {
  const folder = mkdtempSync(join(tmpdir(), 'polyhouse-web-'));
  const portFile = join(folder, 'port');
  const started = start(simulatorProgram, ['--seed', '7', '--port-file', portFile, ...args]);
  await until('the simulator serves', () => existsSync(portFile) && readFileSync(portFile, 'utf8').trim() !== '');
  const url = `http://127.0.0.1:${readFileSync(portFile, 'utf8').trim()}`;
  return {
    url,
    post: async (path) => (await fetch(url + path, { method: 'POST' })).text(),
    get: async (path) => (await fetch(url + path)).text(),
    stop: async () => {
      await stop(started);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `polyhouse up` beside it; `url` is where its page is. */
export async function startUp(simulator, args = [], listen = '127.0.0.1:0') {
  const folder = mkdtempSync(join(tmpdir(), 'polyhouse-web-'));
  const sources = [
    '--gamma-url',
    simulator.url,
    '--clob-url',
    `${simulator.url}/clob`,
    '--rpc-url',
    `${simulator.url}/rpc`,
  ];
  const started = start(program, ['--data-dir', join(folder, 'data'), 'up', ...sources, '--listen', listen, ...args]);
  const found = () => started.output.match(/http:\/\/127\.0\.0\.1:\d+(?=\/\s*$)/gm)?.at(-1);
  await until('up says where its page is', () => found() || started.child.exitCode !== null);
  const url = found();
  if (!url) throw new Error(`up ended:\n${started.output.slice(-2000)}`);
  return {
    url,
    pid: started.child.pid,
    output: () => started.output,
    stop: async () => {
      await stop(started);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The data of an endpoint of the page. */
export async function ask(url, path) {
  const response = await fetch(url + path, { headers: { 'X-Polyhouse': '1' } });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer.data;
}

/** Rows of a query, by the page's own door to SQL, which lets two in at once: a third waits here. */
export async function query(url, sql) {
  const lines = await until(`a query is let in: ${sql}`, async () => {
    const answered = (await send(url, sql)).trim().split('\n');
    return answered[0].includes('"code":"busy"') ? null : answered;
  });
  const wrong = lines.find((line) => line.startsWith('{"error"'));
  if (wrong) throw new Error(`${sql}: ${wrong}`);
  return lines.filter((line) => line.startsWith('[')).map((line) => JSON.parse(line));
}

async function send(url, sql) {
  const headers = { 'X-Polyhouse': '1', 'Content-Type': 'text/plain', Origin: url };
  return (await fetch(`${url}/api/sql`, { method: 'POST', body: sql, headers })).text();
}
