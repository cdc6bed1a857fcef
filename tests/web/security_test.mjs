// What every answer carries, and what no request may do.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { url } from './support/world.mjs';

function ask(path, headers = {}, method = 'GET') {
  const { hostname, port, host } = new URL(url);
  return new Promise((done, fail) => {
    const sent = request({ host: hostname, port, path, method, headers: { Host: host, ...headers } }, (answer) => {
      let body = '';
      answer.on('data', (data) => (body += data));
      answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body }));
    });
    sent.on('error', fail);
    sent.end();
  });
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

for (const path of ['/', '/markets', '/theme.js', '/api/now', '/no-such-page', '/api/no-such']) {
  test(`${path} carries every header`, async () => {
    const { headers } = await ask(path, { Accept: 'text/html' });
    assert.equal(headers['content-security-policy'], policy);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.ok(headers['permissions-policy']);
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('access-control')),
      [],
    );
  });
}

test('another host is not answered', async () => {
  assert.ok([403, 421].includes((await ask('/api/now', { Host: 'evil.example' })).status));
});

test('another site may not read', async () => {
  assert.equal((await ask('/api/now', { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  assert.equal((await ask('/api/now', { 'Sec-Fetch-Site': 'same-site' })).status, 403);
});

test('there is no way to files', async () => {
  for (const path of [
    '/assets/../../etc/passwd',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets//etc/passwd',
    '/../etc/passwd',
  ]) {
    const { status, body } = await ask(path);
    assert.ok(status >= 400, `${path}: ${status}`);
    assert.ok(!body.includes('root:'));
  }
});
