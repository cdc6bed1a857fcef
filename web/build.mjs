// The one build step: node build.mjs --out DIR
//
// Makes index.html, theme.js, licences.txt and assets/ with hashed names, each also as .gz, and manifest.json,
// which names them for the server. Two builds are byte-identical. Fails when a part outgrows its budget.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (!values.out) {
  console.error('usage: node build.mjs --out DIR');
  process.exit(2);
}
const out = resolve(values.out);

// KB of 1000 bytes after gzip.
const budget = { eager: 30, chart: 35, editor: 150, all: 240 };

const types = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

rmSync(join(out, 'assets'), { recursive: true, force: true });
mkdirSync(join(out, 'assets'), { recursive: true });
const manifest = [];

function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255; // The operating system's byte, so that every machine makes the same file.
  return packed;
}

function put(file, content, immutable) {
  const bytes = Buffer.from(content);
  writeFileSync(join(out, file), bytes);
  writeFileSync(join(out, `${file}.gz`), gzip(bytes));
  const type = types[file.split('.').pop()];
  manifest.push({ path: `/${file}`, type, file, gzip_file: `${file}.gz`, immutable });
}

async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { main: 'src/main.tsx', style: 'style/main.css' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outdir: join(out, 'assets'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  for (const file of result.outputFiles) put(`assets/${file.path.split('/').pop()}`, file.contents, true);
  return chunks(result.metafile);
}

/** By name of their entry: file name, static imports, dynamic imports. */
function chunks(metafile) {
  const found = new Map();
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const imports = output.imports.map((each) => ({ file: each.path.split('/').pop(), kind: each.kind }));
    found.set(path.split('/').pop(), { entry: output.entryPoint ?? '', imports });
  }
  return found;
}

function entryFile(found, entry) {
  for (const [file, chunk] of found) if (chunk.entry === entry) return file;
  throw new Error(`no chunk was made of ${entry}`);
}

/** The file and all that it imports before it runs. */
function closure(found, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of found.get(file)?.imports ?? [])
    if (each.kind === 'import-statement') closure(found, each.file, seen);
  return seen;
}

async function theme() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ['src/theme.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    write: false,
  });
  put('theme.js', result.outputFiles[0].contents, false);
}

function icon() {
  const bytes = readFileSync(join(here, 'style/icon.svg'));
  const name = `assets/icon-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.svg`;
  put(name, bytes, true);
  return name;
}

function shell(found, iconFile) {
  const main = entryFile(found, 'src/main.tsx');
  const preloads = [...closure(found, main)].filter((file) => file !== main).sort();
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // With none at all, which the header says, a form sends no origin either; this sends it to ourselves alone.
    '<meta name="referrer" content="same-origin">',
    '<meta name="color-scheme" content="light dark">',
    '<title>Polyhouse</title>',
    '<script src="/theme.js"></script>',
    `<link rel="stylesheet" href="/assets/${entryFile(found, 'style/main.css')}">`,
    `<link rel="icon" type="image/svg+xml" href="/${iconFile}">`,
    ...preloads.map((file) => `<link rel="modulepreload" href="/assets/${file}">`),
    `<script type="module" src="/assets/${main}"></script>`,
    '</head>',
    '<body><div id="app"></div>',
    '<noscript>This page needs JavaScript. Without it, <code>polyhouse status</code> says how things are.</noscript>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function licences() {
  const lock = JSON.parse(readFileSync(join(here, 'package-lock.json'), 'utf8'));
  const parts = ['The page of Polyhouse contains these packages.\n'];
  for (const [path, entry] of Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!path || entry.dev || entry.optional || entry.peer) continue;
    const folder = join(here, path);
    const file = existsSync(folder) && readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (!file) throw new Error(`${path} has no licence file`);
    const name = path.replace(/^.*node_modules\//, '');
    parts.push(
      `---- ${name} ${entry.version}, ${entry.license}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`,
    );
  }
  return parts.join('\n');
}

const packedSize = (file) => readFileSync(join(out, `${file}.gz`)).length;
const sizeOf = (files) => [...files].reduce((sum, file) => sum + packedSize(`assets/${file}`), 0) / 1000;

function sizes(found) {
  const eager = closure(found, entryFile(found, 'src/main.tsx'));
  const later = (entry) => [...closure(found, entryFile(found, entry))].filter((file) => !eager.has(file));
  return {
    eager: sizeOf(eager) + sizeOf([entryFile(found, 'style/main.css')]) + packedSize('theme.js') / 1000,
    chart: sizeOf(later('src/parts/plot.ts')),
    editor: sizeOf(later('src/parts/editor_view.ts')),
    all: manifest.reduce((sum, each) => sum + packedSize(each.file), 0) / 1000,
  };
}

function checkBudget(measured) {
  let over = false;
  for (const [part, kilobytes] of Object.entries(measured)) {
    console.log(`${part.padEnd(7)} ${kilobytes.toFixed(1).padStart(6)} of ${budget[part]} KB`);
    over ||= kilobytes > budget[part];
  }
  if (over) throw new Error('a part of the page is larger than its budget');
}

const found = await bundle();
await theme();
put('index.html', shell(found, icon()), false);
put('licences.txt', licences(), false);
manifest.sort((a, b) => (a.path < b.path ? -1 : 1));
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
checkBudget(sizes(found));
