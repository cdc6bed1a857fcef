// The answers of the real server are of the types the page is written against, and one of each is on record.
//
// With CONTRACT=write the records in web/contract are written anew.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { askAll, listen, questions, routeOf, shortened, sourceOf } from './support/contract.mjs';
import { busyMarket, busyWallet } from './support/pages.mjs';
import { ask, query, startSimulator, startUp } from './support/processes.mjs';
import { until } from './support/until.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const web = join(root, 'web');
const contract = join(web, 'contract');
const liveEvents = { name: 'live', route: '/api/live', type: 'LiveEvents' };

let folder;
let simulator;
let up;
let answers;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polyhouse-web-contract-'));
  const world = ['--markets', '60', '--fills', '300', '--tick', '2s', '--block-fills', '4', '--block-every', '500ms'];
  simulator = await startSimulator([...world, '--fault', 'bad_record=0.5']);
  const often = ['--markets-discover-interval', '1s', '--markets-settle-interval', '1s'];
  up = await startUp(simulator, ['--fills-from', '89990000', ...often]);
  const asked = await until('there is something to answer of everything', whatToAsk);
  const market = { id: asked.market.id };
  const records = await askAll(up.url, questions(asked));
  records.push({ ...liveEvents, value: await listen(up.url, market, up.stop) });
  answers = records;
  if (process.env.CONTRACT === 'write') writeRecords();
});
after(async () => {
  await up?.stop();
  await simulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const changedMarket = 'SELECT id FROM markets_versions GROUP BY id HAVING uniqExact(closed) > 1 LIMIT 1';
const dayOfLedger = "SELECT toDate(max(fetched_at)) FROM ingest_ledger WHERE endsWith(source, '/markets')";

/** A market with trades and an event, one that has changed, a wallet, a dead letter, a day of the ledger. */
async function whatToAsk() {
  const market = await busyMarket(up.url);
  const [[changed]] = await query(up.url, changedMarket);
  const [[day]] = await query(up.url, dayOfLedger);
  const [letter] = (await ask(up.url, '/api/dlq')).rows;
  const { rows } = await ask(up.url, `/api/markets/${market.id}/trades`);
  const now = await ask(up.url, '/api/now');
  if (!letter || !market.event || rows.length < 2 || !now.problems.length) return null;
  return { market, changed, letter, day, wallet: await busyWallet(up.url) };
}

function writeRecords() {
  rmSync(contract, { recursive: true, force: true });
  mkdirSync(contract);
  for (const answer of answers) {
    const value = answer.whole ? answer.value : shortened(answer.value);
    writeFileSync(join(contract, `${answer.name}.ts`), sourceOf({ ...answer, value }, '../src/types'));
  }
}

const recorded = () => readdirSync(contract).map((file) => file.replace(/\.ts$/, ''));

/** Routes as the server's source has them, what varies as ":"; one that ends in "/" is the beginning of others. */
function routesOfServer() {
  const sources = ['src/app/dashboard/routes.cpp', 'src/pages/page_question.cpp'];
  const text = sources.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const routes = [...text.matchAll(/"(\/api\/[^"]*)"/g)].map(([, route]) => route.replace(/:\w+/g, ':'));
  assert.ok(routes.length > 20, `only ${routes} were found`);
  return routes;
}

test('every endpoint of the server is asked, and its answer on record', () => {
  const asked = answers.map(routeOf);
  for (const route of routesOfServer()) {
    const fits = (each) => (route.endsWith('/') ? each.startsWith(route) : each === route);
    assert.ok(asked.some(fits), `nothing asks ${route}: tests/web/support/contract.mjs`);
  }
  assert.deepEqual(recorded().sort(), answers.map(({ name }) => name).sort(), 'web/contract; CONTRACT=write makes it');
});

test('every live event was heard', () => {
  const text = readFileSync(join(web, 'src/types.ts'), 'utf8').match(/interface LiveEvents \{([^}]*)\}/)[1];
  const names = [...text.matchAll(/^ *(\w+):/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(answers.at(-1).value).sort(), names.sort());
});

test('answers are of the types of the page', () => {
  for (const answer of answers) writeFileSync(join(folder, `${answer.name}.ts`), sourceOf(answer, join(web, 'src/types')));
  const config = { extends: join(web, 'tsconfig.json'), include: [folder, contract] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(web, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  assert.equal(status, 0, stdout.slice(0, 4000));
});

test('records name no machine', () => {
  for (const name of recorded()) {
    const text = readFileSync(join(contract, `${name}.ts`), 'utf8');
    assert.doesNotMatch(text, /\/(tmp|home|root|work|Users|var)\/|127\.0\.0\.1:(?!8000)|"(host|where)": "(?!machine"|")/, name);
  }
});
