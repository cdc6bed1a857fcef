// All pages without a mouse: no call of it stands in this file.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled } from './support/browser.mjs';
import { addresses } from './support/pages.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};

test('g and a letter open every page, and focus its content', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/');
  await settled(page);
  const letters = { m: '/markets', t: '/trades', w: '/wallets', s: '/sql', q: '/quality', n: '/' };
  for (const [letter, path] of Object.entries(letters)) {
    await press(page, 'g', letter);
    await page.waitForURL(url + path);
    await page.waitForFunction(() => document.activeElement?.id === 'main');
    await settled(page);
  }
});

test('rows are walked with j and k, opened with Enter, and found again on the way back', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/markets');
  await page.locator('[data-row]').nth(3).waitFor();
  await press(page, 'j', 'j', 'j', 'k');
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('href'));
  const left = await focused();
  await press(page, 'Enter');
  await page.waitForURL(url + left);
  await page.goBack();
  await page.waitForFunction((href) => document.activeElement.getAttribute('href') === href, left);
});

test('a row is found again by a reader who is back before the page he opened was drawn', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/markets');
  await page.locator('[data-row]').nth(3).waitFor();
  for (let time = 0; time < 10; time += 1) {
    await page.locator('[data-row]').nth(time % 4).focus();
    const left = await page.evaluate(() => {
      const link = document.activeElement.getAttribute('href');
      addEventListener('popstate', () => (window.returned = true), { once: true });
      document.activeElement.click();
      history.back();
      return link;
    });
    await page.waitForFunction(() => window.returned);
    // What was lost is lost for ever: long enough for every effect to have run.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), left);
  }
});

test('the search box finds a market', async (t) => {
  const { market } = await addresses(url);
  const page = await openPage(t, browser, url);
  await page.goto('/');
  await settled(page);
  await press(page, '/');
  await page.keyboard.type('will');
  await page.locator('#search-hits [role=option]').first().waitFor();
  await press(page, 'ArrowDown', 'Enter');
  await page.waitForURL(/\/(market|event)\/|\/markets/);
  await settled(page);
  await press(page, '/');
  await page.keyboard.type(market.split('/').at(-1));
  await press(page, 'Enter');
  await page.waitForURL(url + market);
});

test('a chart is read, zoomed and shown as a table', async (t) => {
  const { market } = await addresses(url);
  const page = await openPage(t, browser, url);
  await page.goto(`${market}?range=all`);
  await page.locator('.chart-host.drawn').waitFor();
  await page.locator('.chart').focus();
  const readout = page.locator('.readout');
  await press(page, 'ArrowLeft');
  const before = await readout.textContent();
  await press(page, 'ArrowLeft', 'ArrowLeft');
  await page.waitForFunction((text) => document.querySelector('.readout').textContent !== text, before);
  await press(page, '+', '+', 'Escape', 'x');
  await page.waitForURL(/as=candles/);
  await press(page, 'v');
  await page.locator('.chart-table tbody tr').first().waitFor();
});

test('letters do nothing in fields, and nowhere when they are switched off', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/markets');
  await settled(page);
  await press(page, '/');
  await page.keyboard.type('gt?');
  assert.equal(await page.evaluate(() => document.getElementById('search').value), 'gt?');
  await press(page, 'Escape', '?');
  await page.getByRole('dialog').waitFor();
  await page.getByLabel('Single letters are keys').focus();
  await press(page, ' ', 'Escape', 'g', 't');
  assert.equal(new URL(page.url()).pathname, '/markets');
});

test('SQL is run, read and left by keys; Tab leaves the editor', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto(`/sql#q=${encodeURIComponent('SELECT 1 AS one')}`);
  await page.locator('.editor.ready').waitFor();
  await page.locator('.cm-content').focus();
  await press(page, 'Control+Enter');
  await page.locator('#result').waitFor();
  await press(page, 'Alt+ArrowDown');
  await page.waitForFunction(() => document.activeElement?.id === 'result');
  await page.locator('.cm-content').focus();
  await press(page, 'Tab');
  assert.equal(await page.evaluate(() => document.activeElement.shadowRoot), null);
});
