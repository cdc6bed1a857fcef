// What breaks is told, what was known is kept, and all comes back by itself. Each test breaks a world of its own.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { assertAccessible, assertFits, openBrowser, openPage, settled } from './support/browser.mjs';
import { cleanUp } from './support/cleanup.mjs';
import { startSimulator, startUp } from './support/processes.mjs';
import { until } from './support/until.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/** Refused connections are what these tests make. */
const outage = /Failed to load resource|ERR_/;

async function ownWorld(t, simulatorArgs = ['--markets', '60'], upArgs = []) {
  const simulator = await startSimulator(simulatorArgs);
  cleanUp(t, simulator.stop);
  const up = await startUp(simulator, upArgs);
  cleanUp(t, up.stop);
  return { simulator, up };
}

/** Ids of the processes that `pid` has started. */
function childrenOf(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(/\s+/))
    .filter(Boolean);
}

// Each waits for what is slow by design, so they wait together.
describe('outages', { concurrency: true }, () => {
  test('an API that refuses is told in words, values stay, and it heals', async (t) => {
    const { simulator, up } = await ownWorld(t, ['--markets', '60'], ['--markets-discover-interval', '1s', '--gamma-retry-cap', '2s']);
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
    await page.waitForFunction(() => !document.querySelector('.problem'), undefined, { timeout: 60_000 });
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
    await up.stop();
    await page.getByRole('status').filter({ hasText: 'no news' }).waitFor();
    assert.match(await page.locator('h1').textContent(), /^No news for .+ The last word was: ./);
    assert.match(await page.locator('.figure').first().textContent(), /[0-9]/);
    const next = await startUp(simulator, [], new URL(up.url).host);
    cleanUp(t, next.stop);
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor({ timeout: 30_000 });
  });

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
});
