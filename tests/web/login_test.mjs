// The door of a server that wants a token: asked once, brought back to the page that was wanted, shut when a session ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, openBrowser, openPage, settled } from './support/browser.mjs';
import { startSimulator, startUp } from './support/processes.mjs';

const token = 'a-token/with+signs#and%20more';

let browser;
let simulator;
let up;

before(async () => {
  browser = await openBrowser();
  simulator = await startSimulator(['--markets', '60']);
  up = await startUp(simulator, ['--listen-token', token]);
});
after(async () => {
  await browser?.close();
  await up?.stop();
  await simulator?.stop();
});

/** Refused requests are what these tests make. */
const refused = /401|ERR_/;

/** A page of which it is known that the token is in no address, neither one that was asked nor one that is shown. */
async function openDoor(t) {
  const page = await openPage(t, browser, up.url, { allow: refused });
  const seen = [];
  page.on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
  const assertSecret = async () => {
    seen.push(page.url(), up.output(), ...(await page.evaluate(() => performance.getEntries().map(({ name }) => name))));
    const cookies = await page.context().cookies();
    seen.push(...cookies.map(({ value }) => value));
    for (const text of seen) {
      assert.ok(!text.includes(token) && !text.includes(encodeURIComponent(token)), `the token is in ${text}`);
    }
  };
  return { page, assertSecret };
}

async function logIn(page, secret = token) {
  await page.getByLabel('Token').fill(secret);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('a wrong token is told so, the right one opens the page that was wanted', async (t) => {
  const { page, assertSecret } = await openDoor(t);
  await page.goto('/markets?state=all&sort=created');
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await logIn(page, 'not-this-token-at-all');
  await page.getByRole('alert').filter({ hasText: 'not the one of this server' }).waitFor();
  await assertAccessible(page, 'the log-in that failed');
  await logIn(page);
  await page.waitForURL(`${up.url}/markets?state=all&sort=created`);
  await page.locator('[data-row]').first().waitFor();
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
  await assertSecret();
  const [cookie, ...others] = await page.context().cookies();
  assert.deepEqual(others, []);
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict', JSON.stringify(cookie));
});

test('a start link logs in by itself, and leaves the token nowhere', async (t) => {
  const { page, assertSecret } = await openDoor(t);
  await page.goto(`/login?next=/wallets#${encodeURIComponent(token)}`);
  await page.waitForURL(`${up.url}/wallets`);
  await settled(page);
  await assertSecret();
  await page.goBack();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await assertSecret();
});

test('a query of SQL comes along, past the server', async (t) => {
  const { page } = await openDoor(t);
  const asked = [];
  page.on('request', (request) => asked.push(request.url(), request.postData() ?? ''));
  await page.goto('/sql#q=SELECT%204242424242');
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await logIn(page, 'not-this-token-at-all');
  await page.getByRole('alert').waitFor();
  await logIn(page);
  await page.waitForURL(`${up.url}/sql#q=SELECT%204242424242`);
  await page.getByText('SELECT 4242424242').waitFor();
  assert.deepEqual(asked.filter((text) => text.replace(/#.*/, '').includes('4242424242')), []);
});

test('no page of another place is gone to after a log-in', async (t) => {
  const { page } = await openDoor(t);
  await page.goto('/login?next=//evil.example/');
  await logIn(page);
  await page.waitForURL(`${up.url}/`);
});

test('who logs out is asked for the token again', async (t) => {
  const { page } = await openDoor(t);
  await page.goto('/login?next=/markets');
  await logIn(page);
  await page.waitForURL(`${up.url}/markets`);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(`${up.url}/login`);
  await page.goto('/markets');
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
});

for (const path of ['/', '/sql']) {
  test(`a session that ended asks for the token again on ${path}`, async (t) => {
    const { page } = await openDoor(t);
    await page.goto(`/login?next=${path}`);
    await logIn(page);
    await page.waitForURL(up.url + path);
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
    const left = await page.evaluate(async () => {
      const { redirected, url } = await fetch('/logout', { method: 'POST', headers: { 'X-Polyhouse': '1' } });
      return redirected && new URL(url).pathname;
    });
    assert.equal(left, '/login');
    // What the skip link leaves in the address is no token.
    if (path === '/') await page.evaluate(() => history.replaceState(null, '', '#main'));
    // As after a while in which nobody looked.
    for (const hidden of [true, false]) {
      await page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    }
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    assert.equal(await page.getByText('not the one of this server').count(), 0);
    await logIn(page);
    await page.waitForURL(up.url + path);
  });
}
