import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import oracledb from 'oracledb';
import pg from 'pg';
import { connectionSchema, DEFAULT_GROUP } from '@tank/contracts';
import setUp, { endTestRun } from '../embedded/test/global-setup.ts';
import { createDatabase } from '../embedded/test/parts.ts';
import type * as Adapter from '../services/dbio/src/adapters/oracle/oracle-source.ts';
import { byTurns, measure, type Line, type Measured, type Part } from './measure.ts';

const ROWS = 1_000_000;
const LOOK_UPS = 40_000;
const AT_A_TIME = 64;
const UPDATES = 500_000;
const UPDATES_WITH_POSTGRES = 100_000;
const BATCH = 200;
/** As the write-back does: one is written while the next one gathers. */
const BATCHES_AT_A_TIME = 2;
const ROUNDS = 3;
const FETCH_ROWS = 1_000;
const SESSIONS = 4;

const STREAM = 'SELECT * FROM many';
const LOOK_UP = 'SELECT name, amount FROM customer WHERE customer_id = ';
const UPDATE = ['UPDATE customer SET status = ', ', sent_at = ', ' WHERE customer_id = '];

/** What runs in the service: the worker thread needs it built as well. */
const BUILT = '../services/dbio/dist/adapters/oracle/oracle-source.js';
const { OracleSource } = (await import(BUILT)) as typeof Adapter;

type Progress = (text: string) => void;

/** The adapter of dbio against a bare loop over the same driver, both against the same server. */
export const oracle: Part = {
  name: 'oracle',
  about: `The Oracle adapter beside a bare loop over \`oracledb\` (thin mode, rows as objects, numbers as exact text), both against the Oracle Net test server in a process of its own (19c). ${ROWS.toLocaleString('en-US')} rows of 20 columns; look-ups ${AT_A_TIME} at a time on ${SESSIONS} sessions; updates in batches of ${BATCH}, ${BATCHES_AT_A_TIME} at a time, as the write-back does. The first tenth of each run is for warming up. "With PostgreSQL" the server answers from real tables: there the goal is a ratio of 0.80 at least. "Idle server" answers from a script at once, so that only the client's side counts: the adapter's thread and its read-only transactions show there at their worst.`,
  async run(progress) {
    return [...(await againstScript(progress)), ...(await againstPostgres(progress))];
  },
};

async function againstScript(progress: Progress): Promise<Line[]> {
  return withServer(['scripted', String(ROWS)], (parts) => all([
    () => streams(parts, progress), () => lookUps(parts, 'idle server', LOOK_UPS, progress), () => updates(parts, 'idle server', UPDATES, progress),
  ]));
}

async function againstPostgres(progress: Progress): Promise<Line[]> {
  await setUp();
  try {
    const database = await createDatabase('bench_oracle');
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`CREATE SCHEMA IF NOT EXISTS public; CREATE TABLE customer (customer_id varchar(20) PRIMARY KEY, name varchar(40), amount numeric(12), status varchar(10), sent_at timestamp);
      INSERT INTO customer SELECT 'C' || n, '고객 ' || n, n * 1000 FROM generate_series(0, ${LOOK_UPS}) AS n; ANALYZE customer`);
    await client.end();
    return await withServer(['postgres', database.url], (parts) => all([
      () => lookUps(parts, 'with PostgreSQL', LOOK_UPS, progress), () => updates(parts, 'with PostgreSQL', UPDATES_WITH_POSTGRES, progress),
    ]));
  } finally {
    await endTestRun();
  }
}

async function all(parts: (() => Promise<Line[]>)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for (const part of parts) lines.push(...(await part()));
  return lines;
}

/** What is compared: both stay open from round to round, as they do in a service, whose thread is warm. */
interface Compared {
  port: number;
  pool: oracledb.Pool;
  source: Adapter.OracleSource;
}

async function withServer<T>(args: string[], work: (compared: Compared) => Promise<T>): Promise<T> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'oracle-server.ts'), args);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const pool = await oracledb.createPool({ ...access(port), poolMin: 0, poolMax: SESSIONS });
  const source = openSource(port);
  try {
    return await work({ port, pool, source });
  } finally {
    await pool.close(0);
    await source.close();
    child.disconnect();
    await once(child, 'exit');
  }
}

async function streams({ port, source }: Compared, progress: Progress): Promise<Line[]> {
  const { baseline, ours } = await byTurns(
    ROUNDS,
    () => measure(ROWS, (done) => bareStream(port, done), (text) => progress(`bare loop, rows ${text}`)),
    () => measure(ROWS, async (done) => {
      for await (const rows of source.streamTarget(STREAM, new AbortController().signal)) done(rows.length);
    }, (text) => progress(`adapter, rows ${text}`)),
  );
  const memory = ({ grewMiB }: Measured) => `memory after the first tenth: +${grewMiB.toFixed(0)} MiB`;
  return lines('Target Query', 'rows/s', baseline, ours, memory);
}

async function bareStream(port: number, done: (count: number) => void): Promise<void> {
  const connection = await oracledb.getConnection(access(port));
  const { resultSet } = await connection.execute(STREAM, [], { resultSet: true, fetchArraySize: FETCH_ROWS, prefetchRows: FETCH_ROWS, outFormat: oracledb.OUT_FORMAT_OBJECT, fetchTypeHandler: exact });
  for (;;) {
    const rows = await resultSet!.getRows(FETCH_ROWS);
    done(rows.length);
    if (rows.length < FETCH_ROWS) break;
  }
  await connection.close();
}

/** A NUMBER as a double would not be what the database holds. */
function exact({ dbType }: { dbType?: unknown }): oracledb.FetchTypeResponse | undefined {
  return dbType === oracledb.DB_TYPE_NUMBER ? { type: oracledb.STRING } : undefined;
}

async function lookUps({ pool, source }: Compared, server: string, count: number, progress: Progress): Promise<Line[]> {
  const { baseline, ours } = await byTurns(
    ROUNDS,
    () => measure(count, (done) => atATime(AT_A_TIME, count, async (at) => {
      const connection = await pool.getConnection();
      await connection.execute(`${LOOK_UP}:1`, [`C${at}`], { maxRows: 2, outFormat: oracledb.OUT_FORMAT_OBJECT, fetchTypeHandler: exact });
      await connection.close();
      done(1);
    }), (text) => progress(`bare loop, look-ups ${text}`)),
    () => measure(count, (done) => atATime(AT_A_TIME, count, async (at) => {
      await source.lookUp(`${LOOK_UP}:customer_id`, { CUSTOMER_ID: `C${at}` });
      done(1);
    }), (text) => progress(`adapter, look-ups ${text}`)),
  );
  return lines(`Mapping Query, ${server}`, 'look-ups/s', baseline, ours);
}

async function updates({ pool, source }: Compared, server: string, count: number, progress: Progress): Promise<Line[]> {
  const batches = count / BATCH;
  const { baseline, ours } = await byTurns(
    ROUNDS,
    () => measure(count, (done) => atATime(BATCHES_AT_A_TIME, batches, async (at) => {
      const connection = await pool.getConnection();
      const rows = keysOf(at).map((key) => ['SENT', new Date(), key]);
      await connection.executeMany(UPDATE.map((text, n) => `${text}:${n + 1}`).join(''), rows, {
        bindDefs: [{ type: oracledb.STRING, maxSize: 10 }, { type: oracledb.DB_TYPE_TIMESTAMP }, { type: oracledb.STRING, maxSize: 20 }], batchErrors: true, dmlRowCounts: true,
      });
      await connection.commit();
      await connection.close();
      done(BATCH);
    }), (text) => progress(`bare loop, updates ${text}`)),
    () => measure(count, (done) => atATime(BATCHES_AT_A_TIME, batches, async (at) => {
      const rows = keysOf(at).map((key) => ({ SEND_STATUS: 'SENT', SENT_AT: '2026-11-20T09:00:00.123+09:00', CUSTOMER_ID: key }));
      await source.update(`${UPDATE[0]}:SEND_STATUS${UPDATE[1]}:SENT_AT${UPDATE[2]}:customer_id`, rows);
      done(BATCH);
    }), (text) => progress(`adapter, updates ${text}`)),
  );
  return lines(`Update Query, ${server}`, 'rows/s', baseline, ours);
}

/** The customers of a batch; each customer is in several. */
function keysOf(batch: number): string[] {
  return Array.from({ length: BATCH }, (_, n) => `C${(batch * BATCH + n) % LOOK_UPS}`);
}

/** `total` calls, from 0, `width` of them at a time. */
async function atATime(width: number, total: number, call: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < total) await call(next++);
  }));
}

function lines(what: string, unit: string, baseline: Measured, ours: Measured, note: (measured: Measured) => string | undefined = () => undefined): Line[] {
  return [
    { what: `${what}, bare loop`, perSecond: baseline.perSecond, unit, ratio: 1, note: note(baseline) },
    { what: `${what}, adapter`, perSecond: ours.perSecond, unit, ratio: ours.perSecond / baseline.perSecond, note: note(ours) },
  ];
}

function access(port: number): oracledb.ConnectionAttributes {
  return { user: 'tank', password: 'tank', connectString: `127.0.0.1:${port}/ORCL` };
}

function openSource(port: number): Adapter.OracleSource {
  const connection = connectionSchema.parse({
    connectionId: '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11', groupId: DEFAULT_GROUP, name: 'bench', kind: 'oracle', host: '127.0.0.1', port, database: 'ORCL', user: 'tank', createdAt: new Date().toISOString(), revision: 1,
  });
  const settings = { clientMode: 'thin' as const, clientLibDir: null, tnsAdmin: null, walletDir: null };
  const limits = { connectMs: 3_000, askMs: 5_000, fetchMs: 60_000, lookUpMs: 10_000, updateMs: 20_000, poolSize: SESSIONS, tls: 'off' as const };
  return new OracleSource(connection, { password: 'tank', walletPassword: null }, settings, limits);
}
