// Stands in for the press in tests: does what a template must never be able to do, and says how far it came.
import { execSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

const attempts = {
  readFile: () => readFileSync('/etc/passwd'),
  readSettings: () => readFileSync(`${import.meta.dirname}/../../../../package.json`),
  writeFile: () => writeFileSync(`${import.meta.dirname}/written.txt`, 'x'),
  runProgram: () => execSync('id'),
  startThread: () => new Worker('1', { eval: true }),
  textToCode: () => Function('return 1')(),
  kill: () => process.kill(process.ppid, 0),
  protoSetter: () => {
    if (!('__proto__' in {})) throw new Error('gone');
  },
  connect: () => new Promise((resolve, reject) => connect(1, '127.0.0.1').once('connect', resolve).once('error', reject)),
};

async function outcomeOf(attempt) {
  try {
    await attempt();
    return 'done';
  } catch (error) {
    return error.code ?? error.message;
  }
}

const eaten = [];
process.on('message', async ({ kind }) => {
  if (kind === 'spin') for (;;);
  if (kind === 'eat') for (;;) eaten.push(new Array(100_000).fill(eaten.length));
  if (kind === 'leave') process.exit(3);
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) outcomes[name] = await outcomeOf(attempt);
  process.send({ outcomes, env: Object.keys(process.env) });
});
process.on('disconnect', () => process.exit(0));
process.send({ kind: 'ready' });
