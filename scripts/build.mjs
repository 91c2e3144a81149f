// Compiles packages/*/src and services/*/src to dist/ with swc, and copies what a browser or a database gets as it is. An
// output carries the time of its source: a file is compiled again when the two differ (an older source counts too), or when
// this script has changed; outputs whose source is gone are removed. Types are checked by `npm run check`, not here.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';

const root = join(import.meta.dirname, '..');
const thisScript = createHash('sha256').update(readFileSync(import.meta.filename)).digest('hex');

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2024',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: true,
};

const startedAt = Date.now();
const counts = await Promise.all(globSync(['packages/*/src', 'services/*/src'], { cwd: root }).map((src) => buildFolder(join(root, src))));
const compiled = counts.reduce((sum, count) => sum + count, 0);
if (compiled > 0) console.log(`· built ${compiled} files in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);

async function buildFolder(src) {
  const dist = join(dirname(src), 'dist');
  const sources = globSync('**/*.{ts,sql,html,css,js}', { cwd: src }).filter((name) => !/(\.(spec|fixture|d)\.ts$)|(^|\/)test\//.test(name));
  const outputs = new Map(sources.map((name) => [name, name.replace(/\.ts$/, '.js')]));
  removeOrphans(dist, new Set(outputs.values()));
  const stamp = join(dist, '.built-by');
  const isAllStale = !existsSync(stamp) || readFileSync(stamp, 'utf8') !== thisScript;
  const stale = [...outputs].filter(([name, output]) => isAllStale || isStale(join(src, name), join(dist, output)));
  await Promise.all(stale.map(([name, output]) => buildFile(join(src, name), join(dist, output))));
  if (isAllStale) putWhole(stamp, thisScript);
  return stale.length;
}

function isStale(source, output) {
  const built = statSync(output, { throwIfNoEntry: false });
  return !built || Math.abs(built.mtimeMs - statSync(source).mtimeMs) > 1; // utimes keeps no fractions of a microsecond
}

async function buildFile(source, output) {
  mkdirSync(dirname(output), { recursive: true });
  const { atime, mtime } = statSync(source); // before it is read: a change meanwhile shows the next time
  if (!source.endsWith('.ts')) {
    copyFileSync(source, output);
    return utimesSync(output, atime, mtime);
  }
  const { code, map } = await transformFile(source, { ...swc, sourceFileName: relative(dirname(output), source) });
  putWhole(`${output}.map`, map);
  putWhole(output, `${code}\n//# sourceMappingURL=${basename(output)}.map\n`);
  utimesSync(output, atime, mtime);
}

/** A service that is being started meanwhile reads the old file or the new one, never half of it. */
function putWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

function removeOrphans(dist, outputs) {
  for (const name of globSync('**/*.{js,js.map,sql,html,css}', { cwd: dist })) {
    if (!outputs.has(name.replace(/\.map$/, ''))) rmSync(join(dist, name));
  }
}
