// Dead letters: read, chosen, replayed; by nobody without the right to it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { assertAccessible, openBrowser, openPage } from './support/browser.mjs';
import { ask, startSimulator, startUp } from './support/processes.mjs';
import { until } from './support/until.mjs';

let browser;
let simulator;
let up;

before(async () => {
  browser = await openBrowser();
  simulator = await startSimulator(['--markets', '60', '--fault', 'bad_record=1']);
  up = await startUp(simulator);
  await until('a letter is dead', async () => (await ask(up.url, '/api/dlq')).total > 0);
});
after(async () => {
  await browser.close();
  await up.stop();
  await simulator.stop();
});

test('a letter is read as it came, and replayed after one question', async (t) => {
  const page = await openPage(t, browser, up.url);
  await page.goto('/quality');
  const letter = page.locator('[data-row]').first();
  await letter.waitFor();
  await assertAccessible(page, 'dead letters');
  await letter.click();
  await page.getByRole('region', { name: 'The record as it came' }).waitFor();
  await page.goto('/quality');
  await page.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Replay 1…' }).click();
  await page.getByText(/Send 1 letter back/).waitFor();
  await page.getByRole('button', { name: 'Replay 1', exact: true }).click();
  await page.getByText(/went back to the stream/).waitFor();
});

/** A request as any program may make it; the answer's status. */
function post(path, headers) {
  const { port } = new URL(up.url);
  return new Promise((done, fail) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    });
    sent.on('error', fail);
    sent.end('{"stream":"stream:markets","ids":["1-1"]}');
  });
}

test('another origin, host or port may not replay', async () => {
  const { host, port } = new URL(up.url);
  const own = { Host: host, Origin: up.url, 'X-Polyhouse': '1', 'Content-Type': 'application/json' };
  const wrong = [
    { ...own, Origin: 'http://evil.example' },
    { ...own, Origin: `http://127.0.0.1:${Number(port) + 1}` },
    { ...own, Origin: `https://${host}` },
    { ...own, 'Sec-Fetch-Site': 'same-site' },
    { ...own, 'Sec-Fetch-Site': 'cross-site' },
  ];
  for (const headers of wrong) assert.equal(await post('/api/dlq/replay', headers), 403, JSON.stringify(headers));
  const plain = { ...own };
  delete plain['X-Polyhouse'];
  assert.equal(await post('/api/dlq/replay', plain), 403, 'without the header a form cannot send');
  assert.ok([403, 421].includes(await post('/api/dlq/replay', { ...own, Host: 'evil.example' })), 'another host');
});
