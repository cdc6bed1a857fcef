// What a reader chose is in the address: it outlives a reload, and the way back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled } from './support/browser.mjs';
import { addresses, busyMarket } from './support/pages.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

test('filters of markets outlive a reload', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/markets');
  await settled(page);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page.getByLabel('Sort by').selectOption('volume');
  await page.waitForURL(/state=all.*sort=volume|sort=volume.*state=all/);
  await page.reload();
  await settled(page);
  assert.equal(await page.getByLabel('Sort by').inputValue(), 'volume');
  assert.equal(await page.getByRole('button', { name: 'All', exact: true }).getAttribute('aria-pressed'), 'true');
});

test('an address of polymarket.com is understood, by its path and pasted whole', async (t) => {
  const market = await busyMarket(url);
  const page = await openPage(t, browser, url);
  const path = `/event/${market.event.slug}/${market.slug}`;
  await page.goto(path);
  await page
    .getByRole('heading', { level: 1 })
    .filter({ hasText: market.question.slice(0, 40) })
    .waitFor();
  await page.goto('/');
  await settled(page);
  await page.keyboard.press('/');
  await page.keyboard.insertText(`https://polymarket.com${path}?tid=1`);
  await page.keyboard.press('Enter');
  await page.waitForURL(url + path);
});

test('theme and zone are remembered', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/');
  await settled(page);
  await page.keyboard.press('t');
  await page.keyboard.press('t');
  await page.keyboard.press('u');
  await page.reload();
  await settled(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.getByRole('button', { name: 'Local' }).waitFor();
});

test('the page that was left shows at once what it had', async (t) => {
  const { market } = await addresses(url);
  const page = await openPage(t, browser, url);
  await page.goto('/markets?q=will');
  await page.locator('[data-row]').first().waitFor();
  await page.goto(market);
  await settled(page);
  await page.goBack();
  await page.locator('[data-row]').first().waitFor();
  assert.equal(await page.getByLabel('Question, slug, event or tag').inputValue(), 'will');
});
