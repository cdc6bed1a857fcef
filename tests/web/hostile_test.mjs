// Names and values as an enemy would write them: the answers of the server are changed on their way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, openBrowser, openPage, settled } from './support/browser.mjs';
import { busyMarket } from './support/pages.mjs';
import { url } from './support/world.mjs';

let browser;
let real;

before(async () => {
  browser = await openBrowser();
  real = await busyMarket(url);
});
after(() => browser.close());

const hostile = [
  { question: '<img src=x onerror="document.title=1"><script>document.title=1</script>' },
  { question: 'هل سترتفع أسعار الفائدة؟ \u202Eevil\u202C' },
  { question: 'long '.repeat(2048) },
  { question: 'W'.repeat(10_240) },
  { question: '' },
  { question: 'Sixty outcomes', outcomes: Array.from({ length: 60 }, (_, n) => `Outcome ${n} ${'x'.repeat(n * 4)}`) },
  { question: 'No outcomes', outcomes: [] },
  { question: 'No price', prices: [null, null] },
  { question: 'Far away', ends: '2500-01-01T00:00:00Z' },
  { question: 'A link', links: { polymarket: 'javascript:document.title=1', polygonscan: 'https://evil.example/' } },
];

const market = (n, changes) => {
  const changed = { ...real, ...changes, id: String(900_000_000 + n) };
  const { outcomes } = changed;
  const prices = changes.prices ?? outcomes.map((_, each) => (each % 2 ? 0.004 : 0.996));
  return { ...changed, prices, last: prices, tokens: outcomes.map((_, each) => String(each)) };
};

async function serve(page, data, pattern) {
  await page.route(pattern, async (route) => {
    const envelope = { as_of: new Date().toISOString(), next: null, stale: false, truncated: false, took_ms: 1 };
    await route.fulfill({ json: { ...envelope, data } });
  });
}

for (const width of [1280, 375]) {
  test(`a list of hostile markets is text at ${width} px`, async (t) => {
    const page = await openPage(t, browser, url, { width });
    const rows = hostile.map((changes, n) => market(n, changes));
    await serve(page, { rows, found: rows.length }, /\/api\/markets(\?|$)/);
    await page.goto('/markets');
    await page
      .locator('[data-row]')
      .nth(hostile.length - 1)
      .waitFor();
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.equal(await page.title(), 'Markets · Polyhouse');
    await assertFits(page, 'the list');
    await assertAccessible(page, 'the list');
  });
}

test('the page of each hostile market stands', async (t) => {
  const page = await openPage(t, browser, url, { width: 375, allow: /404/ });
  for (const [n, changes] of hostile.entries()) {
    const changed = market(n, changes);
    await serve(page, changed, new RegExp(`/api/markets/${changed.id}$`));
    await page.goto(`/market/${changed.id}`);
    await page.locator('.head h1').waitFor();
    await settled(page);
    await assertFits(page, changes.question.slice(0, 20));
    assert.equal(await page.locator('main img, main script, a[href^="javascript"], a[href*="evil"]').count(), 0);
    assert.notEqual(await page.title(), '1');
  }
});
