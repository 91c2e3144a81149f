// `npm test`: static checks, then every unit, integration and end-to-end test; those that hold calls to deadlines alone. The last line is "N passed, N failed";
// the exit code is 0 only when nothing failed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, projectNode, root, run } from './bootstrap.mjs';

const results = mkdtempSync(join(tmpdir(), 'tank-results-'));
const script = (name) => join(root, 'scripts', name);
/** What somebody picks may be of one kind alone. */
const chosen = process.argv.length > 2 ? ['--passWithNoTests', ...process.argv.slice(2)] : [];
let exitCode = 1;
try {
  await ensureInstalled((line) => console.log(`· ${line}`));
  const node = projectNode();
  const codes = [
    await run(node, [script('build.mjs')]),
    await run(node, [script('check.mjs'), '--json', join(results, 'check.json')]),
    // Two at a time: they need nothing but the processor. The others have servers beside them that need it, too.
    await run(node, [script('jest.mjs'), '--json', '--outputFile', join(results, 'unit.json'), '--selectProjects', 'unit', '--maxWorkers', '2', ...chosen]),
    await run(node, [script('jest.mjs'), '--json', '--outputFile', join(results, 'jest.json'), '--selectProjects', 'integration', 'e2e', ...chosen]),
    await run(node, [script('jest.mjs'), '--json', '--outputFile', join(results, 'deadlines.json'), '--selectProjects', 'deadlines', '--runInBand']),
  ];
  const { passed, failed } = totals();
  exitCode = failed === 0 && codes.every((code) => code === 0) ? 0 : 1;
  console.log(`\n${passed} passed, ${Math.max(failed, exitCode)} failed`);
} catch (error) {
  console.error(error.message);
} finally {
  rmSync(results, { recursive: true, force: true });
}
process.exitCode = exitCode;

/** A step that left no result, or a file of tests that could not be loaded, counts as one failure. */
function totals() {
  const check = read('check.json', { passed: 0, failed: 1 });
  const jests = ['unit.json', 'jest.json', 'deadlines.json'].map((name) => read(name, { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }));
  const sum = (of) => jests.reduce((total, jest) => total + of(jest), 0);
  return {
    passed: check.passed + sum((jest) => jest.numPassedTests),
    failed: check.failed + sum((jest) => jest.numFailedTests + jest.numRuntimeErrorTestSuites),
  };
}

function read(name, otherwise) {
  const path = join(results, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : otherwise;
}
