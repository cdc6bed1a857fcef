// The picture of now, and the one stream of each tab that moves it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './support/browser.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

test('the picture moves within two seconds', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/');
  await page.locator('.flow').first().waitFor();
  const before = await page.locator('.flows').textContent();
  await page.waitForFunction((text) => document.querySelector('.flows').textContent !== text, before, {
    timeout: 5000,
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
