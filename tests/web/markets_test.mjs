// Markets, a market, an event: what they show is what is stored.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled } from './support/browser.mjs';
import { busyMarket } from './support/pages.mjs';
import { ask, query } from './support/processes.mjs';
import { until } from './support/until.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

const quoted = (text) => `'${text.replace(/[\\']/g, '\\$&')}'`;

test('results come as one types, and the older request is dropped', async (t) => {
  const page = await openPage(t, browser, url, { allow: /^$/ });
  const dropped = [];
  page.on('requestfailed', (request) => dropped.push(request.url()));
  await page.goto('/markets?state=all');
  await settled(page);
  let held;
  await page.route(/\/api\/markets\?.*q=wi(&|$)/, (route) => (held = route));
  const box = page.getByLabel('Question, slug, event or tag');
  await box.pressSequentially('wi', { delay: 5 });
  await page.waitForURL(/q=wi(&|$)/);
  await page.waitForFunction(() => performance.now() > 0);
  await box.pressSequentially('ll', { delay: 5 });
  await page.waitForURL(/q=will/);
  await page.getByRole('heading', { name: 'Found' }).waitFor();
  await page.waitForFunction(() => document.querySelector('.panel-note')?.textContent.includes('found'));
  assert.ok(!held || dropped.some((each) => /q=wi(&|$)/.test(each)), 'the request for "wi" was not dropped');
});

test('a column sorts, and says so', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/markets?state=all');
  await settled(page);
  await page.getByRole('button', { name: /^Volume/ }).click();
  await page.waitForURL(/sort=volume/);
  await page.locator('th[aria-sort=descending]').filter({ hasText: 'Volume' }).waitFor();
  const { rows } = await ask(url, '/api/markets?state=all&sort=volume');
  const volumes = rows.map(({ volume }) => volume ?? -1);
  assert.deepEqual(
    volumes,
    [...volumes].sort((a, b) => b - a),
  );
});

test('a text that nothing has offers all markets', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/markets?q=zzzzqqqq');
  await page.getByText('No open market has this text.').waitFor();
  await page.getByRole('button', { name: 'Search all' }).click();
  await page.getByText('No market has this text, open or closed.').waitFor();
});

test('figures of a market equal those of SQL', async (t) => {
  const market = await busyMarket(url);
  const [[question, volume]] = await query(
    url,
    `SELECT question, toString(volume) FROM markets_current WHERE id = ${quoted(market.id)}`,
  );
  const page = await openPage(t, browser, url);
  await page.goto(`/market/${market.id}`);
  await page
    .getByRole('heading', { level: 1 })
    .filter({ hasText: question.slice(0, 60) })
    .waitFor();
  const shown = await page.locator('.facts dd').first().locator('.number').getAttribute('title');
  assert.ok(Math.abs(Number(shown.replace(/[^0-9.]/g, '')) - Number(volume)) / Math.max(1, Number(volume)) < 0.05);
});

test('a market draws its prices as a line, candles and a table', async (t) => {
  const market = await busyMarket(url);
  const page = await openPage(t, browser, url);
  await page.goto(`/market/${market.id}?range=all`);
  await page.locator('.chart-host.drawn canvas').waitFor();
  const sentence = await page.locator('.chart-host').getAttribute('aria-label');
  assert.match(sentence, / went from .+ to .+ in /);
  await page.getByRole('button', { name: 'Candles' }).click();
  await page.locator('.readout').filter({ hasText: 'open' }).waitFor();
  await page.getByRole('button', { name: 'As table' }).click();
  await page.locator('.chart-table thead').filter({ hasText: 'High' }).waitFor();
});

test('a trade that is made appears on the page of its market', async (t) => {
  const market = await busyMarket(url);
  const page = await openPage(t, browser, url);
  await page.goto(`/market/${market.id}`);
  const newest = page.locator('.wide tbody time').first();
  await newest.waitFor();
  const before = await newest.getAttribute('datetime');
  await page.waitForFunction(
    (time) => document.querySelector('.wide tbody time').getAttribute('datetime') > time,
    before,
    { timeout: 30_000 },
  );
});

test('the story tells that a market was closed', async (t) => {
  const closed = `SELECT id FROM markets_history GROUP BY id HAVING max(closed) AND NOT min(closed) ORDER BY id LIMIT 1`;
  const [id] = await until('a market is closed', async () => (await query(url, closed))[0]);
  const page = await openPage(t, browser, url);
  await page.goto(`/market/${id}`);
  await page.locator('.story li').filter({ hasText: 'closed' }).first().waitFor();
});

test('one closed market does not close its event', async (t) => {
  const found = await query(
    url,
    `SELECT event_id, countIf(closed), countIf(NOT closed) FROM markets_current GROUP BY event_id
     HAVING countIf(closed) > 0 AND countIf(NOT closed) > 0 AND notEmpty(event_id) LIMIT 1`,
  );
  const page = await openPage(t, browser, url);
  await page.goto(`/event/${found[0][0]}`);
  await page.getByText(/\d+ open, \d+ closed/).waitFor();
  await page.locator('.chart-panel').waitFor();
  assert.ok((await page.locator('tbody tr').count()) >= 2);
});
