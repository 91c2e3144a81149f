// `npm run check`: everything that can be told without running the program. Prints one line per check; with
// --json <file> it also leaves the counts for scripts/test.mjs.
import { execFile } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectEnv, projectNode, root } from './bootstrap.mjs';
import { looseVersions, missingPlatformPackages, registryHosts } from './lockfile-problems.ts';

const lock = () => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

const checks = {
  'types (tsc)': () => tool('typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit'),
  'fences and lint (eslint)': () => tool('eslint/bin/eslint.js', '.'),
  'package-lock.json holds every optional platform package': async () => missingPlatformPackages(lock()),
  'package-lock.json names no registry host': async () => registryHosts(lock()),
  'versions are exact': async () =>
    globSync(['package.json', '{packages,services}/*/package.json', 'e2e/package.json', 'ui/package.json'], { cwd: root }).flatMap((file) =>
      looseVersions(file, JSON.parse(readFileSync(join(root, file), 'utf8'))),
    ),
};

const results = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const startedAt = Date.now();
    const problems = await check();
    console.log(`${problems.length === 0 ? '✓' : '✗'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)${problems.map((problem) => `\n    ${problem}`).join('')}`);
    return problems.length === 0;
  }),
);
const failed = results.filter((ok) => !ok).length;
const at = process.argv.indexOf('--json');
if (at > 0) writeFileSync(process.argv[at + 1], JSON.stringify({ passed: results.length - failed, failed }));
process.exitCode = failed > 0 ? 1 : 0;

/** The lines that a tool printed when it failed; none when it passed. */
function tool(program, ...args) {
  return new Promise((resolve) => {
    execFile(projectNode(), [join(root, 'node_modules', program), ...args], { cwd: root, env: projectEnv(), maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}`.trim().split('\n') : []);
    });
  });
}
