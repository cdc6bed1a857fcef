// Chromium, and pages in it that fail their test on any error, broken policy or request to another host.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanUp } from './cleanup.mjs';

const require = createRequire(resolve(dirname(fileURLToPath(import.meta.url)), '../../../web/package.json'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = process.env.CHROMIUM_PROGRAM ?? '/usr/bin/chromium';

export async function openBrowser() {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** `width`, `dark`, `still` (reduced motion), `allow`: console messages that this test expects. */
export async function openPage(t, browser, base, { width = 1280, dark = false, still = false, allow = /^$/ } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height: width < 500 ? 740 : 860 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: still ? 'reduce' : 'no-preference',
    hasTouch: width < 500,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(15_000);
  const wrong = [];
  await context.route(
    (url) => url.origin !== base,
    (route) => {
      wrong.push(`a request to ${route.request().url()}`);
      return route.abort();
    },
  );
  const page = await context.newPage();
  watch(page, wrong, allow);
  cleanUp(t, async () => {
    await context.close();
    assert.deepEqual(wrong, [], 'the page did what it must not');
  });
  return page;
}

/** A machine that is too busy misses deadlines: the page says so, and asks again. */
const late = /status of (408|429)/;

function watch(page, wrong, allow) {
  page.on('console', (message) => {
    const text = message.text();
    const bad = ['error', 'warning'].includes(message.type());
    if (bad && !late.test(text) && !allow.test(text)) wrong.push(`${text.slice(0, 400)} ${message.location().url}`);
  });
  page.on('pageerror', (error) => wrong.push(error.stack ?? error.message));
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** No finding at all, of any rule. */
export async function assertAccessible(page, where) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, { runOnly: only });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  }, rules);
  assert.deepEqual(found, [], `axe on ${where}`);
}

export async function assertFits(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where} is ${over} px wider than the window`);
}

/** The page has its heading, and no panel of it is still loading. */
export async function settled(page) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main .loading'));
}
