// No trade is missing in the tape, whatever the page did not hear. Trades come when a test says so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './support/browser.mjs';
import { query, startSimulator, startUp } from './support/processes.mjs';
import { until } from './support/until.mjs';

let browser;
let simulator;
let up;

before(async () => {
  browser = await openBrowser();
  simulator = await startSimulator(['--markets', '60', '--fills', '600', '--block-fills', '6']);
  up = await startUp(simulator, ['--fills-from', '89990000', '--fills-live-interval', '200ms']);
  await until('trades are stored', async () => (await newest(100)).length === 100);
});
after(async () => {
  await browser?.close();
  await up?.stop();
  await simulator?.stop();
});

const matches = 'FROM trades_current WHERE NOT is_taker_leg';

/** Trades as SQL has them, newest first, as the page names them. */
async function newest(most) {
  const rows = await query(
    up.url,
    `SELECT toUnixTimestamp64Milli(timestamp), maker, taker ${matches} ORDER BY block_number DESC, log_index DESC LIMIT ${most}`,
  );
  return rows.map((row) => row.join(' '));
}

const count = async () => Number((await query(up.url, `SELECT count() ${matches}`))[0][0]);

const shown = (page) =>
  page.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => {
      const wallets = [...row.querySelectorAll('a[href^="/wallet/"]')].map((link) => link.getAttribute('href').slice(8));
      return [Date.parse(row.querySelector('time').dateTime), ...wallets].join(' ');
    }),
  );

/** Blocks are mined, and at least so many more trades stored. */
async function trade(blocks, least) {
  const before = await count();
  await simulator.post(`/simulator/blocks?n=${blocks}`);
  await until(`${least} more trades are stored`, async () => (await count()) >= before + least);
}

const setHidden = (page, hidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

/** The tape becomes the newest trades of SQL, `least` of them or more, none left out. */
async function assertNoHole(page, least) {
  let tape = [];
  let stored = [];
  await until('the tape is as SQL has it', async () => {
    tape = await shown(page);
    stored = await newest(tape.length);
    return tape.length >= least && tape.join() === stored.join();
  }, 10_000).catch(() => assert.deepEqual(tape, stored, `${tape.length} rows, ${least} wanted`));
}

async function openTape(t, allow) {
  const page = await openPage(t, browser, up.url, { allow });
  await page.goto('/trades');
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
  await assertNoHole(page, 100);
  return page;
}

const older = (page) => page.getByRole('button', { name: 'Older ones' });

test('what came while the tab was hidden is there, though nothing comes after it', async (t) => {
  const page = await openTape(t);
  await setHidden(page, true);
  await trade(5, 10);
  await setHidden(page, false);
  await assertNoHole(page, 110);
});

test('what could not be asked for is asked for again', async (t) => {
  const page = await openTape(t, /ERR_FAILED/);
  await setHidden(page, true);
  await trade(5, 10);
  const failed = page.waitForEvent('requestfailed');
  await page.route(/\/api\/trades/, (route) => route.abort(), { times: 1 });
  await setHidden(page, false);
  await failed;
  await trade(5, 10);
  await assertNoHole(page, 120);
});

test('after more than an answer holds the tape begins anew, and goes on behind that', async (t) => {
  const page = await openTape(t);
  await page.route(/\/api\/trades/, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('limit', '20');
    return route.continue({ url: url.href });
  });
  await setHidden(page, true);
  await trade(12, 30);
  await setHidden(page, false);
  await assertNoHole(page, 20);
  const rows = (await shown(page)).length;
  await older(page).click();
  await assertNoHole(page, rows + 20);
});

test('more than is held while the tape stands leaves no hole', async (t) => {
  const page = await openTape(t);
  await older(page).click();
  await assertNoHole(page, 200);
  await older(page).click();
  await assertNoHole(page, 300);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused').waitFor();
  await trade(60, 210);
  await page.getByRole('button', { name: '200 new' }).click();
  await assertNoHole(page, 200);
});

test('the way back to a tape left long ago leaves no hole', async (t) => {
  const page = await openTape(t);
  await page.getByRole('link', { name: 'Quality' }).first().click();
  await page.getByRole('heading', { name: 'Data quality' }).waitFor();
  await trade(60, 150);
  await page.goBack();
  await assertNoHole(page, 100);
});
