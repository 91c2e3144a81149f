// What `npm start` and `npm test` need before anything else: the dependencies, and the Node that comes with them. Runs on
// Node 20 with nothing installed, so it uses built-ins alone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants as fileModes, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const OLDEST_NODE_FOR_TYPES = 24;

/** Runs `npm ci` unless node_modules is what package-lock.json asks for. */
export async function ensureInstalled(report) {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const note = join(modules, '.tank-lock');
  if (existsSync(note) ? readFileSync(note, 'utf8') === wanted : isInstalledByHand()) {
    writeFileSync(note, wanted);
    return;
  }
  report(existsSync(modules) ? 'package-lock.json has changed: installing dependencies (npm ci)' : 'installing dependencies (npm ci), about a minute');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--loglevel=error', ...(canKeepCache() ? [] : ['--cache', join(root, '.tank', 'npm-cache')])];
  const code = npm?.endsWith('.js') ? await run(process.execPath, [npm, ...args]) : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
  if (code !== 0) throw new Error(`npm ci failed (exit code ${code}); see its messages above. A proxy or a registry of your own is set in ~/.npmrc.`);
  writeFileSync(note, wanted);
}

/** A user without a home of its own, such as nobody, has no place for npm's cache. */
function canKeepCache() {
  const cache = process.env.npm_config_cache || join(homedir(), '.npm');
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, fileModes.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** npm writes node_modules/.package-lock.json last, so a newer one means that somebody has run `npm ci` to its end. */
function isInstalledByHand() {
  const written = join(modules, '.package-lock.json');
  return existsSync(written) && statSync(written).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** The Node that comes as a package; where there is none for the platform, the one that runs us, if it is new enough. */
export function projectNode() {
  const own = join(bin, 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE_FOR_TYPES) return process.execPath;
  throw new Error(`No Node comes with Tank for ${process.platform}-${process.arch}: install Node ${OLDEST_NODE_FOR_TYPES} or newer (this is ${process.versions.node}).`);
}

export function projectEnv(extra = {}) {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...extra };
}

/**
 * Runs a program to its end in the project's folder and gives its exit code. Signals are passed on and its end is awaited.
 * With `tie`, an IPC channel lets the program notice that we are gone, however we went.
 */
export function run(command, args, { env = projectEnv(), tie = false } = {}) {
  const child = spawn(command, args, { cwd: root, env, stdio: tie ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit' });
  const passOn = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, passOn);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
