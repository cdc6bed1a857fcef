// The page for SQL: editor, result, cancel, links, downloads, and what is refused.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { openBrowser, openPage } from './support/browser.mjs';
import { query } from './support/processes.mjs';
import { url } from './support/world.mjs';

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

async function openSql(t, sql, options) {
  const page = await openPage(t, browser, url, options);
  await page.goto(`/sql#q=${encodeURIComponent(sql)}`);
  await page.locator('.editor.ready').waitFor();
  return page;
}

const run = (page) => page.getByRole('button', { name: /^Run/ }).click();

test('a link fills the editor, and runs nothing', async (t) => {
  const asked = [];
  const page = await openPage(t, browser, url);
  page.on('request', (request) => request.url().includes('/api/sql') && asked.push(request.url()));
  await page.goto(`/sql#q=${encodeURIComponent('SELECT 42 AS answer')}`);
  await page.locator('.cm-content').filter({ hasText: 'SELECT 42 AS answer' }).waitFor();
  await page.getByText('came with the link and has not run').waitFor();
  assert.deepEqual(asked, []);
  await run(page);
  await page.locator('[role=gridcell]').filter({ hasText: '42' }).waitFor();
});

test('tables and columns are completed', async (t) => {
  const page = await openSql(t, '');
  await page.locator('.cm-content').click();
  await page.keyboard.type('SELECT * FROM markets_cur');
  await page.locator('.cm-tooltip-autocomplete li').filter({ hasText: 'markets_current' }).first().waitFor();
  await page.keyboard.press('Escape');
});

test('the statement under the cursor runs; an error marks its place', async (t) => {
  const page = await openSql(t, 'SELECT 1 AS first;\n\nSELECT nothing_like_it FROM markets_current');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Enter');
  await page.locator('[role=columnheader]').filter({ hasText: 'first' }).waitFor();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+Enter');
  await page.locator('.sql-error').filter({ hasText: 'nothing_like_it' }).waitFor();
});

test('a million rows, to the last; 64 bits exact, NULL as NULL', async (t) => {
  const page = await openSql(
    t,
    'SELECT number, toUInt64(18446744073709551615 - number) AS large, if(number % 3 = 0, NULL, number) AS maybe FROM numbers(1000000)',
  );
  await run(page);
  await page.getByText(/1,000,000 rows in/).waitFor({ timeout: 40_000 });
  await page.locator('#result').focus();
  await page.keyboard.press('Control+End');
  const last = page.locator('.grid-row').last();
  await last.filter({ hasText: '999999' }).waitFor();
  assert.equal(await last.getAttribute('aria-rowindex'), '1000001');
  const cells = await last.locator('[role=gridcell]').allTextContents();
  assert.deepEqual(cells, ['999999', '18446744073708551616', 'NULL']);
  assert.ok((await page.locator('.grid-row').count()) < 60, 'only the rows in sight are in the document');
});

test('a result is drawn, and given as text', async (t) => {
  const page = await openSql(t, 'SELECT toDate(20000 + number) AS day, number * number AS squares FROM numbers(50)');
  await run(page);
  await page.locator('#result').waitFor();
  await page.getByRole('button', { name: 'Chart' }).click();
  await page.locator('.chart-host.drawn canvas').waitFor();
  await page.getByRole('button', { name: 'Text' }).click();
  await page.locator('pre').filter({ hasText: '2401' }).waitFor();
});

test('cancel ends the query in the engine', async (t) => {
  const page = await openSql(t, 'SELECT count() AS waited_for FROM numbers(1000000000000) WHERE sipHash64(number) = 7');
  // Two queries at once are let in: if cancelled ones still ran, the third would be refused.
  for (let n = 0; n < 4; n += 1) {
    await run(page);
    await page.locator('progress').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled; the engine has stopped.').waitFor();
  }
  assert.equal((await query(url, 'SELECT 1'))[0][0], 1);
});

test('downloads are the bytes of the engine', async (t) => {
  const page = await openSql(t, 'SELECT number, toString(number) AS text FROM numbers(1000)');
  const download = async (name) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    return readFile(await file.path());
  };
  const csv = (await download('CSV')).toString();
  const rows = Array.from({ length: 1000 }, (_, n) => `${n},"${n}"`);
  assert.equal(csv, `"number","text"\n${rows.join('\n')}\n`);
  const parquet = await download('Parquet');
  assert.equal(parquet.subarray(0, 4).toString(), 'PAR1');
  assert.equal(parquet.subarray(-4).toString(), 'PAR1');
});

const refused = [
  'INSERT INTO markets (id) VALUES (1)',
  'DROP TABLE markets',
  "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
];

test('what writes or reaches out is refused', async (t) => {
  const page = await openSql(t, 'SELECT 1', { allow: /Failed to load resource/ });
  for (const sql of refused) {
    await page.evaluate((text) => (location.hash = `q=${encodeURIComponent(text)}`), sql);
    await page
      .locator('.cm-content')
      .filter({ hasText: sql.slice(0, 20) })
      .waitFor();
    await run(page);
    await page.locator('.sql-error').waitFor();
    await page.evaluate(() => (location.hash = 'q=SELECT%201'));
  }
});
