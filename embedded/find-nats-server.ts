import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const OLDEST = [2, 9, 0] as const;
/** Debian installs it where an ordinary user's PATH does not look. */
const DEBIANS_PLACE = '/usr/sbin';
const DOWNLOAD_MS = 180_000;
const RELEASE = '2.12.15';
/** Only platforms whose checksum was verified by hand are offered. */
const RELEASE_SHA256: Record<string, string> = {
  'linux-amd64': '58ab8131f819263897e2fc38e503e1b755b63bcafeecc7d12582487df48ca15e',
  'linux-arm64': 'b724db99fefbf8f5c808baa82819ee50350aee9734017e4a478f7e545cef3ab6',
};

/** One way to get nats-server: the path of a program, or an error that says why not. */
export interface NatsSource {
  name: string;
  find: () => Promise<string>;
}

export interface FindOptions {
  /** Tried in order for a folder that we may write to; a program found there earlier is used again. */
  cacheDirs: string[];
  report?: (line: string) => void;
  /** Ends a download in progress. */
  signal?: AbortSignal;
  sources?: NatsSource[];
}

/** A nats-server (2.9 or newer): the first source that has one. Throws one message that names what each lacked and the remedy. */
export async function findNatsServer(options: FindOptions): Promise<string> {
  const reasons: string[] = [];
  const { cacheDirs, report = () => {}, signal, sources = usualSources(cacheDirs, report, signal) } = options;
  for (const source of sources) {
    try {
      const path = await source.find();
      await checkVersion(path);
      return path;
    } catch (error) {
      reasons.push(`${source.name}: ${lastLine(error as Error)}`);
    }
  }
  throw new Error(
    `No nats-server could be found. Install it (Debian, Ubuntu: apt-get install nats-server; or https://github.com/nats-io/nats-server/releases), ` +
      `put it on the PATH, or set NATS_URL to a running one.\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`,
  );
}

/** The end of a tool's output says what was wrong; fetch hides the reason in its cause. */
function lastLine({ message, cause }: Error): string {
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return reason.trim().split('\n').at(-1)!;
}

/** Where downloads are kept: per user, so that a second checkout needs none; else beside the state of this checkout. */
export function natsCacheDirs(stateDir: string): string[] {
  return [join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tank'), join(stateDir, 'cache')];
}

export function usualSources(cacheDirs: string[], report: (line: string) => void, signal?: AbortSignal): NatsSource[] {
  return [
    { name: 'PATH', find: async () => onPath(`${process.env.PATH ?? ''}${delimiter}${DEBIANS_PLACE}`) },
    { name: 'downloaded earlier', find: async () => inCache(cacheDirs) },
    { name: "Debian's package", find: () => fromDebian(cacheDirs, report, signal) },
    { name: `release ${RELEASE}`, find: () => fromRelease(cacheDirs, report, signal) },
  ];
}

export function onPath(path: string): string {
  const found = path.split(delimiter).filter(Boolean).map((dir) => join(dir, 'nats-server')).find(isExecutable);
  if (!found) throw new Error('no program nats-server');
  return found;
}

function inCache(cacheDirs: string[]): string {
  const found = cacheDirs.map((dir) => join(dir, 'nats-server')).find(isExecutable);
  if (!found) throw new Error('nothing');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or not ours to execute
  }
}

async function checkVersion(path: string): Promise<void> {
  const { stdout } = await run(path, ['--version']);
  const [, major, minor] = /v?(\d+)\.(\d+)\.\d+/.exec(stdout) ?? [];
  if (major === undefined) throw new Error(`${path} does not say its version`);
  if (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1])) {
    throw new Error(`${path} is ${stdout.trim()}, older than ${OLDEST.join('.')}`);
  }
}

/** Debian's package, unpacked without installing it, so no root is needed. */
async function fromDebian(cacheDirs: string[], report: (line: string) => void, signal?: AbortSignal): Promise<string> {
  if (process.platform !== 'linux') throw new Error('this is not Linux');
  onPathNamed('apt-get');
  onPathNamed('dpkg-deb');
  return inWorkFolder(cacheDirs, async (work) => {
    report("fetching nats-server (Debian's package, unpacked into this user's cache)");
    await downloadDeb(work, signal);
    const deb = readdirSync(work).find((name) => name.startsWith('nats-server_') && name.endsWith('.deb'));
    if (!deb) throw new Error('apt-get download left no package');
    await run('dpkg-deb', ['-x', join(work, deb), join(work, 'unpacked')]);
    return join(work, 'unpacked', 'usr', 'sbin', 'nats-server');
  });
}

/** With the machine's package lists, or, when it has none (usual in containers), with lists fetched into a folder of ours. */
async function downloadDeb(work: string, signal?: AbortSignal): Promise<void> {
  const asOurselves = ['-o', 'APT::Sandbox::User='];
  try {
    await run('apt-get', ['download', ...asOurselves, 'nats-server'], { cwd: work, signal, timeout: DOWNLOAD_MS });
  } catch {
    signal?.throwIfAborted();
    const state = join(work, 'apt');
    for (const dir of ['lists/partial', 'archives/partial']) mkdirSync(join(state, dir), { recursive: true });
    const ours = ['-o', `Dir::State=${state}`, '-o', 'Dir::State::status=/var/lib/dpkg/status', '-o', `Dir::Cache=${state}`, ...asOurselves];
    await run('apt-get', ['update', '-qq', ...ours], { cwd: work, signal, timeout: DOWNLOAD_MS });
    await run('apt-get', ['download', ...ours, 'nats-server'], { cwd: work, signal, timeout: DOWNLOAD_MS });
  }
}

function onPathNamed(program: string): void {
  const dirs = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  if (!dirs.some((dir) => isExecutable(join(dir, program)))) throw new Error(`no ${program} here`);
}

/** The project's own release, refused unless it is byte for byte the one that was checked. */
async function fromRelease(cacheDirs: string[], report: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const sha256 = RELEASE_SHA256[platform];
  if (!sha256) throw new Error(`no verified checksum is known for ${platform}`);
  const folder = `nats-server-v${RELEASE}-${platform}`;
  return inWorkFolder(cacheDirs, async (work) => {
    report(`fetching nats-server ${RELEASE} (release of nats-io, checked by its SHA-256)`);
    const response = await fetch(`https://github.com/nats-io/nats-server/releases/download/v${RELEASE}/${folder}.tar.gz`, { signal: AbortSignal.any([AbortSignal.timeout(DOWNLOAD_MS), ...(signal ? [signal] : [])]) });
    if (!response.ok) throw new Error(`the download was answered with ${response.status}`);
    const archive = Buffer.from(await response.arrayBuffer());
    checkSha256(archive, sha256);
    writeFileSync(join(work, 'nats.tar.gz'), archive);
    await run('tar', ['-xzf', join(work, 'nats.tar.gz'), '-C', work]);
    return join(work, folder, 'nats-server');
  });
}

export function checkSha256(bytes: Buffer, expected: string): void {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected) throw new Error(`the download has the SHA-256 ${actual}, not ${expected}: it was not used`);
}

/** Works in a folder inside the first cache that can be written, and moves the program into place in one step. */
async function inWorkFolder(cacheDirs: string[], obtain: (work: string) => Promise<string>): Promise<string> {
  const cache = firstWritable(cacheDirs);
  const work = mkdtempSync(join(cache, 'nats-'));
  try {
    const program = await obtain(work);
    await checkVersion(program);
    renameSync(program, join(cache, 'nats-server'));
    return join(cache, 'nats-server');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function firstWritable(dirs: string[]): string {
  for (const dir of dirs) {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      accessSync(dir, constants.W_OK);
      if (existsSync(dir)) return dir;
    } catch {
      continue; // a home that does not exist or is not ours to write to: the next one
    }
  }
  throw new Error(`none of ${dirs.join(', ')} can be written to`);
}
