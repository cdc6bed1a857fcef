// Nothing moves while a page loads; what a tick costs, and what a tab holds, is said.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, settled } from './support/browser.mjs';
import { addresses } from './support/pages.mjs';
import { query } from './support/processes.mjs';
import { url } from './support/world.mjs';

let browser;
let paths;

const manyLines = `SELECT event_id FROM markets_current
  WHERE id IN (SELECT market_id FROM trades_with_markets) GROUP BY event_id ORDER BY count() DESC LIMIT 1`;

before(async () => {
  browser = await openBrowser();
  const [[crowded]] = await query(url, manyLines);
  paths = { ...(await addresses(url)), 'an event of many markets': `/event/${crowded}` };
});
after(() => browser.close());

/** Collects what moves. A figure that a tick has changed moves its neighbours in the line by a letter or two: that is not meant. */
function watchMoves() {
  window.moves = [];
  const nameOf = (node) => {
    const element = node instanceof Element ? node : node?.parentElement;
    return element ? `${element.localName} ${element.className} "${element.textContent.slice(0, 30)}"` : 'what is gone';
  };
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      for (const { node, previousRect: from, currentRect: to } of sources)
        if (from.y !== to.y || Math.abs(from.x - to.x) > 16)
          window.moves.push(`${nameOf(node)} from ${from.x}, ${from.y} to ${to.x}, ${to.y}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** The stream says how things are once: what its ticks bring on top of lists is no loading. */
function hearOnce() {
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (name, heard) {
    if (['hello', 'now'].includes(name)) listen.call(this, name, heard, { once: true });
  };
}

for (const width of [1280, 375]) {
  test(`nothing moves while a page loads at ${width} px`, async (t) => {
    const page = await openPage(t, browser, url, { width });
    await page.addInitScript(watchMoves);
    await page.addInitScript(hearOnce);
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(path);
      await settled(page);
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor({ state: 'attached' });
      // Two frames on, all that was drawn has been told of.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const moves = await page.evaluate(() => window.moves);
      // What has happened between the page's own question and the stream's first word stands on top of the log.
      assert.deepEqual(name === 'now' ? moves.filter((move) => !move.startsWith('tr ')) : moves, [], name);
    }
  });
}

/** Milliseconds of work in the tab for each message of the stream, and megabytes that are in use after it. */
async function measure(page, ticks) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  // Told by the page itself: to be asked each frame is what would be measured.
  const heard = (count) => page.evaluate((n) => window.hear(n), count);
  await heard(1);
  const before = await read();
  await heard(ticks);
  const later = await read();
  await session.send('HeapProfiler.collectGarbage');
  const { JSHeapUsedSize } = await read();
  const spent = (name) => ((later[name] - before[name]) * 1000) / ticks;
  return { tick: spent('TaskDuration'), script: spent('ScriptDuration'), heap: JSHeapUsedSize / 1e6 };
}

test('a tab that listens stays small', async (t) => {
  const page = await openPage(t, browser, url);
  await page.addInitScript(() => {
    const waiting = new Set();
    window.hear = (count) => new Promise((done) => waiting.add({ count, done }));
    const listen = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (name, ...rest) {
      listen.call(this, name, ...rest);
      if (name !== 'now') return;
      listen.call(this, name, () => {
        for (const each of waiting) if (--each.count === 0) setTimeout(each.done, 200);
      });
    };
  });
  for (const name of ['now', 'trades']) {
    await page.goto(paths[name]);
    await settled(page);
    const { tick, script, heap } = await measure(page, 2);
    const cost = `${tick.toFixed(1)} ms a tick (8 wanted), of them ${script.toFixed(1)} of script`;
    t.diagnostic(`${name}: ${cost}; ${heap.toFixed(1)} MB (60 at most)`);
    assert.ok(heap <= 60, `${name} holds ${heap} MB`);
  }
});
