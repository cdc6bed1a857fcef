// Now: moves, tells what is wrong, keeps what it knew, and comes back.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, openBrowser, openPage, settled } from './support/browser.mjs';
import { startSimulator, startUp } from './support/processes.mjs';
import { until } from './support/until.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/** Refused connections are what these tests make. */
const outage = /Failed to load resource|ERR_/;

async function ownWorld(t, simulatorArgs = ['--markets', '60'], upArgs = []) {
  const simulator = await startSimulator(simulatorArgs);
  t.after(simulator.stop);
  const up = await startUp(simulator, upArgs);
  t.after(() => up.stop());
  return { simulator, up };
}

test('the picture moves within two seconds', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/');
  await page.locator('.flow').first().waitFor();
  const before = await page.locator('.flows').textContent();
  await page.waitForFunction((text) => document.querySelector('.flows').textContent !== text, before, {
    timeout: 5000,
  });
});

test('an API that refuses is told in words, values stay, and it heals', async (t) => {
  const { simulator, up } = await ownWorld(t, ['--markets', '60'], ['--markets-discover-interval', '1s']);
  const page = await openPage(t, browser, up.url);
  await page.goto('/');
  await page.locator('.figure').first().waitFor();
  await until('markets are stored', async () => /[1-9]/.test(await page.locator('.figure').first().textContent()));
  await simulator.post('/simulator/fault?spec=503=1');
  await page.locator('.problem').first().waitFor({ timeout: 40_000 });
  assert.match(await page.locator('.figure').first().textContent(), /[1-9]/);
  await assertAccessible(page, 'the outage');
  await assertFits(page, 'the outage');
  await simulator.post('/simulator/fault?spec=');
  await page.waitForFunction(() => !document.querySelector('.problem'), undefined, { timeout: 40_000 });
});

test('an empty database says so on every page', async (t) => {
  const { up } = await ownWorld(t, ['--markets', '0', '--events', '0']);
  const page = await openPage(t, browser, up.url);
  await page.goto('/');
  await page.locator('h1').waitFor();
  for (const path of ['/', '/markets', '/trades', '/wallets', '/quality']) {
    await page.goto(path);
    await settled(page);
    assert.ok((await page.locator('main').innerText()).length > 40, `${path} is blank`);
    await assertAccessible(page, `empty ${path}`);
  }
});

test('a server that stops is "no news", and its successor is found', async (t) => {
  const { simulator, up } = await ownWorld(t);
  const page = await openPage(t, browser, up.url, { allow: outage });
  await page.goto('/');
  await page.locator('.flow').first().waitFor();
  const said = await page.locator('h1').textContent();
  await up.stop();
  await page.getByRole('status').filter({ hasText: 'no news' }).waitFor();
  assert.ok((await page.locator('h1').textContent()).includes(said.slice(0, 10)), 'the last word is kept');
  const next = await startUp(simulator, [], new URL(up.url).host);
  t.after(() => next.stop());
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor({ timeout: 30_000 });
});

/** Ids of the processes that `pid` has started. */
function childrenOf(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(/\s+/))
    .filter(Boolean);
}

test('pages outlive a killed engine', async (t) => {
  const { up } = await ownWorld(t);
  const page = await openPage(t, browser, up.url, { allow: outage });
  await page.goto('/markets?state=all');
  await page.locator('[data-row]').first().waitFor();
  for (const child of childrenOf(up.pid)) process.kill(Number(child), 'SIGKILL');
  await page.goto('/');
  await page.locator('.flow').first().waitFor();
  await page.goto('/markets?state=all&sort=created');
  await until('the engine is back', async () => {
    const again = page.getByRole('button', { name: 'Try again' });
    if (await again.count()) await again.first().click();
    return (await page.locator('[data-row]').count()) > 0;
  });
});

test('a hidden tab closes its stream, and opens it again', async (t) => {
  const page = await openPage(t, browser, url);
  await page.addInitScript(() => {
    const Source = window.EventSource;
    window.sources = [];
    window.EventSource = class extends Source {
      constructor(...args) {
        super(...args);
        window.sources.push(this);
      }
    };
  });
  await page.goto('/');
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
  const hide = (hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  assert.ok(await page.evaluate(() => window.sources.every(({ readyState }) => readyState === EventSource.CLOSED)));
  await hide(false);
  await page.waitForFunction(() => window.sources.some(({ readyState }) => readyState === EventSource.OPEN));
});

test('seven tabs are all live', async (t) => {
  const page = await openPage(t, browser, url);
  const tabs = [page];
  while (tabs.length < 7) tabs.push(await page.context().newPage());
  for (const tab of tabs) {
    // Headless tabs are all seen at once, which real ones are not: those behind say that they are hidden.
    if (tab !== tabs.at(-1)) await tab.addInitScript(() => Object.defineProperty(document, 'hidden', { value: true }));
    await tab.goto('/');
    await tab.locator('.flow').first().waitFor();
  }
  await tabs.at(-1).getByRole('status').filter({ hasText: 'live' }).waitFor();
});
