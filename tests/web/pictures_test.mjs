// The pictures of the documentation: full, empty and outage, light, dark and phone. Only with PICTURES=DIR.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled } from './support/browser.mjs';
import { cleanUp } from './support/cleanup.mjs';
import { addresses } from './support/pages.mjs';
import { ask, startSimulator, startUp } from './support/processes.mjs';
import { until } from './support/until.mjs';
import { url } from './support/world.mjs';

const folder = process.env.PICTURES;
const skip = folder ? false : 'PICTURES names no folder';
let browser;

before(async () => {
  if (skip) return;
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
after(() => browser?.close());

async function take(t, base, path, name, look, ready = async () => {}) {
  const page = await openPage(t, browser, base, { ...look, allow: /404|503/ });
  await page.goto(path);
  await settled(page);
  await ready(page);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

const drawn = (page) => page.locator('.chart-host.drawn').waitFor();
const ran = async (page) => {
  await page.locator('.editor.ready').waitFor();
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.locator('#result').waitFor();
};
/** What is wanted of each page before it is taken. */
const readiness = { market: drawn, event: drawn, wallet: drawn, sql: ran };

const looks = {
  light: { width: 1280 },
  dark: { width: 1280, dark: true },
  phone: { width: 375 },
};

const wanted = {
  now: ['light', 'dark', 'phone'],
  markets: ['dark', 'phone'],
  market: ['light', 'dark', 'phone'],
  event: ['light'],
  wallet: ['light'],
  trades: ['dark'],
  sql: ['light'],
  quality: ['light'],
};

test('full', { skip }, async (t) => {
  const paths = await addresses(url);
  for (const [name, names] of Object.entries(wanted))
    for (const look of names)
      await take(
        t,
        url,
        paths[name] + (readiness[name] === drawn ? '?range=all' : ''),
        `${name}-${look}`,
        looks[look],
        readiness[name],
      );
});

const alive = (base) =>
  until('the roles have told of themselves', async () => (await ask(base, '/api/now')).roles.length > 3);
const well = (base) => until('all is well', async () => (await ask(base, '/api/now')).level === 'good');

test('empty', { skip }, async (t) => {
  const simulator = await startSimulator(['--markets', '0', '--events', '0']);
  cleanUp(t, simulator.stop);
  const up = await startUp(simulator);
  cleanUp(t, up.stop);
  await alive(up.url);
  await take(t, up.url, '/', 'now-empty-light', looks.light);
  await take(t, up.url, '/markets', 'markets-empty-dark', looks.dark);
});

test('outage', { skip }, async (t) => {
  const simulator = await startSimulator(['--markets', '200']);
  cleanUp(t, simulator.stop);
  const up = await startUp(simulator, ['--markets-discover-interval', '1s']);
  cleanUp(t, up.stop);
  const wrong = (page) => page.locator('.problem').first().waitFor({ timeout: 40_000 });
  await alive(up.url);
  await well(up.url);
  await simulator.post('/simulator/fault?spec=503=1');
  await take(t, up.url, '/', 'now-outage-light', looks.light, wrong);
  await take(t, up.url, '/', 'now-outage-dark', looks.dark, wrong);
  await take(t, up.url, '/', 'now-outage-phone', looks.phone, wrong);
});
