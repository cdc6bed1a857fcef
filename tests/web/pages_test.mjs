// Every page: loads without an error, in both themes, at every width, without a finding of axe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, openBrowser, openPage, settled } from './support/browser.mjs';
import { addresses } from './support/pages.mjs';
import { url } from './support/world.mjs';

let browser;
let paths;

before(async () => {
  browser = await openBrowser();
  paths = await addresses(url);
});
after(() => browser.close());

const looks = [
  { width: 1280, dark: false, accessible: true },
  { width: 1280, dark: true, still: true },
  { width: 375, dark: false },
  { width: 375, dark: true, accessible: true },
];

for (const look of looks) {
  test(`every page at ${look.width} px, ${look.dark ? 'dark' : 'light'}`, async (t) => {
    const page = await openPage(t, browser, url, look);
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(path);
      await settled(page);
      await assertFits(page, name);
      if (look.accessible) await assertAccessible(page, name);
    }
  });
}

test('every page fits into 320 px', async (t) => {
  const page = await openPage(t, browser, url, { width: 320 });
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(path);
    await settled(page);
    await assertFits(page, name);
  }
});

test('an unknown address is a page that says so', async (t) => {
  const page = await openPage(t, browser, url, { allow: /404/ });
  const response = await page.goto('/no-such-page');
  assert.equal(response.status(), 404);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await assertAccessible(page, 'the page that is missing');
});

test('nothing moves for those who asked for that', async (t) => {
  const page = await openPage(t, browser, url, { still: true });
  await page.goto('/');
  await page.locator('.flow').first().waitFor();
  const running = await page.evaluate(
    () => document.getAnimations().filter((each) => each.playState === 'running').length,
  );
  assert.equal(running, 0);
});

test('the first content needs six requests at most', async (t) => {
  const page = await openPage(t, browser, url);
  await page.goto('/');
  await page.locator('h1').waitFor();
  const asked = await page.evaluate(
    () => performance.getEntriesByType('resource').filter(({ name }) => !name.includes('/api/')).length,
  );
  assert.ok(asked + 1 <= 6, `${asked + 1} requests`);
});
