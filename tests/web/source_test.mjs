// What the source of the page must not have, and that two builds of it are the same bytes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '../../web');
const files = readdirSync(join(web, 'src'), { recursive: true }).filter((name) => /\.tsx?$/.test(name));

test('nothing in the source makes markup or styles of text', () => {
  const banned = /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bstyle="|\beval\(/;
  for (const name of files) assert.doesNotMatch(readFileSync(join(web, 'src', name), 'utf8'), banned, name);
});

test('addresses of other hosts stand in one file', () => {
  for (const name of files.filter((each) => !each.endsWith('outside.tsx'))) {
    const hosts = readFileSync(join(web, 'src', name), 'utf8').match(
      /https:\/\/(?!polymarket\.com|polygonscan\.com)[a-z][^\s`'"/]*/g,
    );
    assert.equal(hosts, null, `${name}: ${hosts}`);
  }
});

test('the lock file names no host and fits package.json', () => {
  const lock = readFileSync(join(web, 'package-lock.json'), 'utf8');
  assert.ok(!lock.includes('"resolved"'));
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8'));
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+$/);
});

function contents(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return names
    .map((each) => join(each.parentPath, each.name).slice(folder.length))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]);
}

test('two builds are the same bytes, within the budget', () => {
  const built = ['a', 'b'].map(() => {
    const out = mkdtempSync(join(tmpdir(), 'polyhouse-web-build-'));
    execFileSync(process.execPath, [join(web, 'build.mjs'), '--out', out]);
    const found = contents(out);
    rmSync(out, { recursive: true });
    return found;
  });
  assert.deepEqual(built[0], built[1]);
});

test('types fit', () => {
  execFileSync(process.execPath, [join(web, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', web], { stdio: 'pipe' });
});
