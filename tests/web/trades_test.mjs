// The tape, and the wallets that stand in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled } from './support/browser.mjs';
import { busyWallet } from './support/pages.mjs';
import { ask, query } from './support/processes.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

const firstTime = () => document.querySelector('tbody time')?.getAttribute('datetime');

test('the tape moves, stands while paused, and counts what waits', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/trades');
  await page.locator('tbody tr').first().waitFor();
  const before = await page.evaluate(firstTime);
  await page.waitForFunction((time) => document.querySelector('tbody time').getAttribute('datetime') > time, before);
  await page.keyboard.press(' ');
  await page.getByText('paused').waitFor();
  const still = await page.evaluate(firstTime);
  await page.getByRole('button', { name: /new/ }).waitFor();
  assert.equal(await page.evaluate(firstTime), still);
  await page.getByRole('button', { name: /new/ }).click();
  await page.waitForFunction((time) => document.querySelector('tbody time').getAttribute('datetime') > time, still);
});

test('nothing jumps while one reads further down', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/trades');
  await page.locator('tbody tr').nth(60).waitFor();
  await page.evaluate(() => scrollTo(0, 900));
  await page.getByText('held while you read further down').waitFor();
  const row = page.locator('tbody tr').nth(40);
  const place = (await row.boundingBox()).y;
  await page.getByRole('button', { name: /new/ }).waitFor({ state: 'attached' });
  assert.equal((await row.boundingBox()).y, place);
});

test('filters are in the address, and hold', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/trades');
  await settled(page);
  await page.getByRole('button', { name: 'Buy' }).click();
  await page.waitForURL(/side=buy/);
  await page.locator('.side.buy').first().waitFor();
  assert.equal(await page.locator('.side.sell').count(), 0);
  await page.getByLabel('From $').fill('50');
  await page.keyboard.press('Enter');
  await page.waitForURL(/min_usd=50/);
  const { rows } = await ask(url, '/api/trades?side=buy&min_usd=50');
  assert.ok(rows.every((row) => row[5] === 'buy' && row[8] >= 50));
});

test('figures of a wallet equal those of SQL', async (t) => {
  const wallet = await busyWallet(url);
  const page = await openPage(t, browser, url);
  await page.goto(`/wallet/${wallet}`);
  await page.locator('.figures').waitFor();
  const shown = Number((await page.locator('.figures dd').last().innerText()).replaceAll(',', ''));
  const [[now]] = await query(url, `SELECT count() FROM wallet_trades WHERE wallet = '${wallet}'`);
  assert.ok(shown > 0 && shown <= Number(now), `${shown} trades on the page, ${now} in SQL`);
  await page.getByRole('button', { name: 'Trades', exact: true }).click();
  await page.locator('tbody tr').first().waitFor();
});

test('what is no address of a wallet is told so', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/wallet/0x123');
  await page.getByRole('heading', { name: 'That is no address of a wallet' }).waitFor();
  await page.goto('/wallets');
  await page.getByLabel('Address of a wallet').fill('0xnot');
  await page.keyboard.press('Enter');
  await page.getByText('An address is 0x and 40 digits').waitFor();
});
