import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Row } from '@tank/contracts';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { QueryFailed, SourceFailed } from '../../source.js';
import { CustomerDatabase, LIMITS } from '../../../test/customer-database.js';
import { TcpProxy } from '../../../test/tcp-proxy.js';
import { PostgresSource } from './postgres-source.js';

let database: CustomerDatabase;
let source: PostgresSource;
const opened: PostgresSource[] = [];
const never = new AbortController().signal;

function open(over: Parameters<CustomerDatabase['connection']>[0] = {}, password = database.password, limits = LIMITS): PostgresSource {
  const made = new PostgresSource(database.connection(over), password, limits);
  opened.push(made);
  return made;
}
async function errorOf(work: Promise<unknown>): Promise<QueryFailed & SourceFailed> {
  return work.then(() => { throw new Error('It passed.'); }, (error: unknown) => error as QueryFailed & SourceFailed);
}
async function all(batches: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

beforeAll(async () => {
  database = await CustomerDatabase.create('source');
  await database.run(`
    CREATE SCHEMA IF NOT EXISTS public;
    CREATE TABLE customer (customer_id varchar(10) PRIMARY KEY, name text, grade int, status varchar(10), message_id text, sent_at timestamp, sent_tz timestamptz, note varchar(5));
    CREATE SEQUENCE numbers`);
  source = open();
});
beforeEach(() => database.run(`TRUNCATE customer; INSERT INTO customer SELECT 'C' || n, '고객 ' || n, n FROM generate_series(1, 10) AS n`));
afterEach(async () => {
  for (const one of opened.splice(0)) if (one !== source) await one.close();
});
afterAll(async () => {
  await source.close();
  try {
    await waitFor(async () => (await database.run("SELECT 1 FROM pg_stat_activity WHERE application_name = 'tank-dbio' AND datname = current_database()")).length === 0, { what: 'every session to be closed' });
  } finally {
    await database.drop();
  }
});

describe('check', () => {
  const check = (sql: string, purpose: 'target' | 'mapping' | 'update' = 'target', bindable: string[] = []) => source.check({ purpose, sql, bindable });

  it('gives the columns with the database\'s own words for their types', async () => {
    await expect(check('SELECT customer_id, grade, 1.5::numeric(10,2) AS amount, now() AS "At" FROM customer')).resolves.toEqual({
      columns: [{ name: 'customer_id', type: 'character varying(10)' }, { name: 'grade', type: 'integer' }, { name: 'amount', type: 'numeric(10,2)' }, { name: 'At', type: 'timestamp with time zone' }],
      binds: [],
    });
  });

  it.each([
    ['SELECT 1,\n  bad_column FROM customer', 'bad_column', '42703'],
    ['SELECT \'한글 𝒳\' AS a, \n\t nope FROM customer', 'nope', '42703'],
    ['SELECT * FROM customers', 'customers', '42P01'],
    ['SELECT * FRM customer', 'FRM', '42601'],
  ])('points at the error in the author\'s text: %s', async (sql, word, code) => {
    const { error } = await errorOf(check(sql));
    const before = sql.slice(0, sql.indexOf(word));
    expect(error).toMatchObject({ code, position: before.length, line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') });
    expect(error.remedy).toEqual(expect.any(String));
  });

  it('points at the right place behind binds of any length', async () => {
    const sql = "SELECT name FROM customer WHERE customer_id = :CUSTOMER_ID AND grade > :g AND ':x' <> '가' AND wrong = 1";
    const { error } = await errorOf(check(sql, 'mapping', ['customer_id', 'g']));
    expect(error).toMatchObject({ code: '42703', position: sql.indexOf('wrong') });
  });

  it('refuses a bind that no column offers, and any bind in a Target Query', async () => {
    expect((await errorOf(check('SELECT :nobody', 'mapping', ['customer_id']))).error).toMatchObject({ code: 'UNKNOWN_BIND', position: 7 });
    expect((await errorOf(check('SELECT 1 WHERE 1 = :x'))).error).toMatchObject({ code: 'UNKNOWN_BIND', position: 19 });
  });

  it('refuses two columns of one name', async () => {
    expect((await errorOf(check('SELECT customer_id, name AS customer_id FROM customer'))).error).toMatchObject({ code: 'DUPLICATE_COLUMN' });
  });

  it('executes nothing', async () => {
    await check("SELECT nextval('numbers'), 1/0 AS never");
    await check('UPDATE customer SET status = :SEND_STATUS WHERE customer_id = :customer_id', 'update', ['customer_id', 'SEND_STATUS']);
    expect(await database.run('SELECT is_called FROM numbers')).toEqual([{ is_called: false }]);
    expect(await database.run('SELECT 1 FROM customer WHERE status IS NOT NULL')).toEqual([]);
  });

  it('takes one bind in places of different types, in places without a type, and in GROUP BY', async () => {
    const binds = ['S', 'X'];
    await expect(check("UPDATE customer SET status = :S, sent_at = CASE WHEN :S = 'SENT' THEN now() END WHERE customer_id = :X", 'update', binds)).resolves.toEqual({ columns: [], binds: ['S', 'X'] });
    await expect(check('SELECT name FROM customer WHERE :X IS NULL OR customer_id = :X', 'mapping', binds)).resolves.toMatchObject({ binds: ['X'] });
    await expect(check('SELECT name || :X AS n FROM customer GROUP BY name || :X', 'mapping', binds)).resolves.toMatchObject({ binds: ['X'] });
    await expect(check('SELECT name FROM customer WHERE :X IS NULL AND :S IS NULL AND grade > :X', 'mapping', binds)).resolves.toMatchObject({ binds: ['X', 'S'] });
    const sql = 'SELECT name FROM customer WHERE :X IS NULL AND grade = :X + wrong';
    expect((await errorOf(check(sql, 'mapping', binds))).error).toMatchObject({ code: '42703', position: sql.indexOf('wrong') });
  });
});

describe('a source that cannot be used', () => {
  it.each([
    ['SOURCE_REFUSED', { port: 1 }, undefined, false],
    ['SOURCE_UNKNOWN_HOST', { host: 'no-such-host.invalid' }, undefined, false],
    ['SOURCE_UNKNOWN_DATABASE', { database: 'nobody' }, undefined, true],
    ['SOURCE_WRONG_PASSWORD', {}, 'pa55-wrong', true],
  ])('is explained: %s', async (code, over, password, isLasting) => {
    const broken = open(over, password);
    const test = await broken.connectTest();
    expect(test).toMatchObject({ ok: false, problem: { code, message: expect.any(String), cause: expect.any(String), remedy: expect.any(String) } });
    const error = await errorOf(broken.lookUp('SELECT 1 AS a', {}));
    expect(error).toMatchObject({ problem: { code }, isLasting });
    expect(JSON.stringify([test, error, error.message, error.stack])).not.toContain(password ?? database.password);
  });

  it('is explained when it accepts connections and says nothing', async () => {
    const proxy = await TcpProxy.to(database.port);
    proxy.fallSilent();
    const silent = open({ port: proxy.port }, undefined, { ...LIMITS, connectMs: 200 });
    await expect(silent.connectTest()).resolves.toMatchObject({ ok: false, problem: { code: 'SOURCE_TIMEOUT' } });
    expect(await errorOf(silent.lookUp('SELECT 1 AS a', {}))).toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
    await proxy.cut();
  });

  it('tells its version when it can be used', async () => {
    await expect(source.connectTest()).resolves.toEqual({ ok: true, serverVersion: expect.stringMatching(/^\d+/), durationMs: expect.any(Number), warnings: [] });
  });
});

describe('values', () => {
  it('keep every digit, local times as they are, and their kinds', async () => {
    const { rows } = await source.sample(`SELECT 9223372036854775807 AS big, 12345678901234567890.123456789 AS exact, 7::int2 AS small, 0.1::float8 AS f, 'NaN'::float8 AS nan,
      DATE '2026-11-20' AS d, TIMESTAMP '2026-11-20 09:00:00' AS t, TIMESTAMP '2026-11-20 09:00:00.123456' AS tf, TIMESTAMPTZ '2026-11-20 00:00:00Z' AS tz,
      true AS b, false AS nb, NULL::int AS nothing, '\\xdeadbeef'::bytea AS raw, '{"a": 1}'::json AS j, 'C1  '::char(4) AS padded, '{1,2}'::int[] AS list, '__proto__'::text AS "__proto__"`, 1);
    expect(rows).toEqual([Object.fromEntries(Object.entries({
      big: '9223372036854775807', exact: '12345678901234567890.123456789', small: 7, f: 0.1, nan: 'NaN', d: '2026-11-20', t: '2026-11-20T09:00:00', tf: '2026-11-20T09:00:00.123456',
      tz: '2026-11-20T09:00:00+09:00', b: true, nb: false, nothing: null, raw: 'deadbeef', j: '{"a": 1}', padded: 'C1  ', list: '{1,2}', ['__proto__']: '__proto__',
    }))]);
  });

  it('follow the time zone of the connection', async () => {
    const { rows } = await open({ timeZone: 'Asia/Kolkata' }).sample("SELECT TIMESTAMPTZ '2026-11-20 00:00:00Z' AS tz", 1);
    expect(rows).toEqual([{ tz: '2026-11-20T05:30:00+05:30' }]);
  });

  it('come back as they went when they are bound again', async () => {
    const row = { big: '9223372036854775807', f: 0.1, b: true, at: '2026-11-20T09:00:00+09:00', text: "'; DROP TABLE customer; --", none: null };
    const { rows } = await source.lookUp('SELECT :big::bigint AS big, :f::float8 AS f, :b::boolean AS b, :AT::timestamptz AS at, :text AS text, :none AS none', row);
    expect(rows).toEqual([row]);
  });
});

describe('lookUp', () => {
  it('finds rows by the target row\'s columns, in any case', async () => {
    const found = await source.lookUp('SELECT name, grade FROM customer WHERE customer_id = :customer_id -- :no\n;', { CUSTOMER_ID: 'C3' });
    expect(found).toEqual({ columns: [{ name: 'name', type: '' }, { name: 'grade', type: '' }], rows: [{ name: '고객 3', grade: 3 }] });
    await expect(source.lookUp('SELECT name FROM customer WHERE customer_id = :id', { id: 'nobody' })).resolves.toMatchObject({ rows: [] });
  });

  it('never fetches more than two rows, and the session is in order afterwards', async () => {
    for (let at = 0; at < 10; at += 1) {
      const { rows } = await source.lookUp('SELECT generate_series(:first::int, 1000000000) AS n', { first: 1 });
      expect(rows).toHaveLength(2);
    }
  });

  it('blames the row for a value that does not fit, and names no value', async () => {
    const error = await errorOf(source.lookUp('SELECT name FROM customer WHERE grade = :grade', { grade: 'secret-grade' }));
    expect(error).toMatchObject({ blame: 'row', error: { code: '22P02' } });
    expect(error.summary).not.toContain('secret-grade');
  });

  it('blames the query for what fails with every row', async () => {
    expect(await errorOf(source.lookUp('SELECT name FROM gone WHERE a = :a', { a: 1 }))).toMatchObject({ blame: 'query', error: { code: '42P01' } });
    expect(await errorOf(source.lookUp('SELECT name FROM customer WHERE customer_id = :missing', { a: 1 }))).toMatchObject({ blame: 'query', error: { code: 'UNKNOWN_BIND' } });
  });

  it('changes nothing, whatever the query calls, and sets nothing for the next one', async () => {
    await database.run(`CREATE OR REPLACE FUNCTION sly() RETURNS int LANGUAGE sql VOLATILE AS $$ UPDATE customer SET note = 'sly' WHERE customer_id = 'C1' RETURNING 1 $$`);
    expect(await errorOf(source.lookUp('SELECT sly() AS a', {}))).toMatchObject({ blame: 'query', error: { code: '25006' } });
    expect(await errorOf(source.lookUp("SELECT set_config('transaction_read_only', 'off', false) AS a, sly() AS b", {}))).toBeInstanceOf(QueryFailed);
    await source.lookUp("SELECT set_config('default_transaction_read_only', 'off', false) AS a, set_config('TimeZone', 'UTC', false) AS b", {});
    for (let at = 0; at < 8; at += 1) await expect(source.lookUp("SELECT current_setting('TimeZone') AS zone", {})).resolves.toMatchObject({ rows: [{ zone: 'Asia/Seoul' }] });
    expect(await errorOf(all(source.streamTarget('SELECT sly() AS a', never)))).toMatchObject({ error: { code: '25006' } });
    expect(await errorOf(source.sample('SELECT sly() AS a', 1))).toMatchObject({ error: { code: '25006' } });
    expect(await database.run('SELECT 1 FROM customer WHERE note IS NOT NULL')).toEqual([]);
  });

  it('survives a table that was changed under its prepared statement', async () => {
    await database.run('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
    for (let at = 0; at < 8; at += 1) await source.lookUp('SELECT * FROM changing WHERE a = :a', { a: 1 });
    await database.run('ALTER TABLE changing ADD COLUMN b int DEFAULT 5');
    for (let at = 0; at < 8; at += 1) await expect(source.lookUp('SELECT * FROM changing WHERE a = :a', { a: 1 })).resolves.toMatchObject({ rows: [{ a: 1, b: 5 }] });
  });

  it('does many at a time on few sessions', async () => {
    const found = await Promise.all(Array.from({ length: 200 }, (_, at) => source.lookUp('SELECT name FROM customer WHERE customer_id = :id', { id: `C${(at % 10) + 1}` })));
    found.forEach(({ rows }, at) => expect(rows).toEqual([{ name: `고객 ${(at % 10) + 1}` }]));
  });

  it('gives each of a thousand look-ups at a time its own recipient\'s values, with failures and time-outs among them', async () => {
    await database.run(`INSERT INTO customer SELECT 'C' || n, '고객 ' || n, n FROM generate_series(11, 1000) AS n`);
    const hasty = open({}, database.password, { ...LIMITS, poolSize: 3, lookUpMs: 300 });
    const sql = 'SELECT customer_id, name, 10 / nullif(:divisor::int, 7) AS share, pg_sleep(:seconds::float8) FROM customer WHERE customer_id = :id';
    const looked = await Promise.allSettled(Array.from({ length: 1000 }, (_, at) => hasty.lookUp(sql, { id: `C${at + 1}`, divisor: at % 10 === 3 ? 0 : 1, seconds: at % 250 === 100 ? 5 : 0 })));
    const mixed = looked.flatMap((one, at) => (one.status === 'fulfilled' && one.value.rows[0]?.name !== `고객 ${at + 1}` ? [at + 1] : []));
    expect(mixed).toEqual([]);
    expect(looked.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(500);
    expect(looked.filter((one, at) => at % 10 === 3 && one.status === 'fulfilled')).toEqual([]);
  });

  it('ends at its deadline when the server no longer answers, and goes on when it does', async () => {
    const proxy = await TcpProxy.to(database.port);
    const behind = open({ port: proxy.port }, undefined, { ...LIMITS, connectMs: 300, lookUpMs: 200, updateMs: 200 });
    await behind.lookUp('SELECT 1 AS a', {});
    proxy.fallSilent();
    expect(await errorOf(behind.lookUp('SELECT 1 AS a', {}))).toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
    proxy.fallSilent(false);
    await expect(behind.lookUp('SELECT 1 AS a', {})).resolves.toMatchObject({ rows: [{ a: 1 }] });
    await proxy.cut();
    expect(await errorOf(behind.lookUp('SELECT 1 AS a', {}))).toBeInstanceOf(SourceFailed);
    await proxy.mend();
    await expect(behind.lookUp('SELECT 1 AS a', {})).resolves.toMatchObject({ rows: [{ a: 1 }] });
    await proxy.cut();
  });

  it('stops a statement that takes too long', async () => {
    const hasty = open({}, undefined, { ...LIMITS, lookUpMs: 100, updateMs: 100 });
    expect(await errorOf(hasty.lookUp('SELECT pg_sleep(30)::text AS a', {}))).toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
  });
});

describe('update', () => {
  const sql = `UPDATE customer SET status = :SEND_STATUS, message_id = :MESSAGE_ID, sent_at = :SENT_AT, sent_tz = :SENT_AT, note = :note WHERE customer_id = :customer_id`;
  const row = (id: string, over: Row = {}): Row => ({ customer_id: id, SEND_STATUS: 'SENT', MESSAGE_ID: 'm', SENT_AT: '2026-11-20T09:00:00.000+09:00', note: null, ...over });
  const statuses = async () => Object.fromEntries((await database.run('SELECT customer_id, status FROM customer WHERE status IS NOT NULL')).map((one) => [one.customer_id, one.status]));

  it('changes each row\'s own row and says how many it changed', async () => {
    await expect(source.update(sql, [row('C1'), row('nobody'), row('C2', { SEND_STATUS: 'FAIL', MESSAGE_ID: null, SENT_AT: null })])).resolves.toEqual([{ changed: 1 }, { changed: 0 }, { changed: 1 }]);
    expect(await statuses()).toEqual({ C1: 'SENT', C2: 'FAIL' });
    expect(await database.run("SELECT sent_at::text AS local, sent_tz = '2026-11-20T00:00:00Z' AS instant FROM customer WHERE customer_id = 'C1'")).toEqual([{ local: '2026-11-20 09:00:00', instant: true }]);
  });

  it('lets a bad row fail alone', async () => {
    const results = await source.update(sql, [row('C1'), row('C2', { note: 'far too long, and secret' }), row('C3'), row('C4', { SENT_AT: 'secret' })]);
    expect(results).toEqual([{ changed: 1 }, { failed: expect.objectContaining({ blame: 'row', error: expect.objectContaining({ code: '22001' }) }) }, { changed: 1 }, { failed: expect.objectContaining({ blame: 'row' }) }]);
    expect(results.map((result) => ('failed' in result ? result.failed.summary : '')).join()).not.toContain('secret');
    expect(await statuses()).toEqual({ C1: 'SENT', C3: 'SENT' });
  });

  it('lets a row alone fail that lacks a column which the statement binds', async () => {
    const { customer_id: _, ...bare } = row('C2');
    await expect(source.update(sql, [row('C1'), bare, row('C3')])).resolves.toEqual([{ changed: 1 }, { failed: expect.objectContaining({ error: expect.objectContaining({ code: 'UNKNOWN_BIND' }) }) }, { changed: 1 }]);
    expect(await statuses()).toEqual({ C1: 'SENT', C3: 'SENT' });
  });

  it('does not count rows that the database takes back at the end of the transaction', async () => {
    await database.run('CREATE TABLE ticket (customer_id text, number int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const insert = 'INSERT INTO ticket SELECT :customer_id, :number';
    const results = await source.update(insert, [{ customer_id: 'C1', number: 1 }, { customer_id: 'C2', number: 1 }, { customer_id: 'C3', number: 2 }]);
    expect(results).toEqual([{ changed: 1 }, { failed: expect.objectContaining({ blame: 'row', error: expect.objectContaining({ code: '23505' }) }) }, { changed: 1 }]);
    expect(await database.run('SELECT customer_id FROM ticket ORDER BY number')).toEqual([{ customer_id: 'C1' }, { customer_id: 'C3' }]);
  });

  it('fails every row of a broken statement, and the session is in order afterwards', async () => {
    const results = await source.update('UPDATE customer SET nope = :SEND_STATUS WHERE customer_id = :customer_id', [row('C1'), row('C2')]).catch((error: unknown) => error);
    expect(results).toMatchObject({ blame: 'query', error: { code: '42703' } });
    await expect(source.update(sql, [row('C1')])).resolves.toEqual([{ changed: 1 }]);
  });

  it('gives way to a locked row without losing the others', async () => {
    const other = new (await import('pg')).default.Client({ host: database.connection().host!, port: database.port, user: database.connection().user, database: database.connection().database!, password: database.password });
    await other.connect();
    await other.query("BEGIN; SELECT 1 FROM customer WHERE customer_id = 'C2' FOR UPDATE");
    const results = await source.update(sql, [row('C1'), row('C2'), row('C3')]);
    await other.end();
    expect(results).toEqual([{ changed: 1 }, { failed: expect.objectContaining({ blame: 'moment' }) }, { changed: 1 }]);
  });

  it('writes 5,000 rows in batches of 200 in a few seconds', async () => {
    await database.run("INSERT INTO customer SELECT 'B' || n FROM generate_series(1, 5000) AS n");
    for (let at = 0; at < 25; at += 1) await source.update(sql, Array.from({ length: 200 }, (_, n) => row(`B${at * 200 + n + 1}`)));
    expect(await database.run("SELECT count(*)::int AS sent FROM customer WHERE status = 'SENT'")).toEqual([{ sent: 5000 }]);
  }, 20_000);
});

describe('streamTarget', () => {
  it('gives all rows in order, and none of an empty result', async () => {
    const rows = await all(source.streamTarget('SELECT n FROM generate_series(1, 1234) AS n ORDER BY n', never));
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 1234 }, (_, at) => at + 1));
    await expect(all(source.streamTarget('SELECT 1 AS n WHERE false', never))).resolves.toEqual([]);
  });

  it('holds 200,000 wide rows no longer than its reader, with memory flat', async () => {
    const sql = "SELECT n, repeat(md5(n::text), 32) AS wide FROM (SELECT generate_series(1, 200000) AS n) AS numbered"; // 200 MB of text
    let seen = 0;
    let highest = 0;
    const before = heapInUse();
    for await (const batch of source.streamTarget(sql, never)) {
      seen += batch.length;
      if (seen % 20_000 === 0) highest = Math.max(highest, heapInUse() - before);
    }
    expect(seen).toBe(200_000);
    expect(highest).toBeLessThan(10 * 1024 * 1024);
  }, 60_000);

  it('reads no further than it is asked', async () => {
    const batches = source.streamTarget("SELECT nextval('numbers') AS n FROM generate_series(1, 100000)", never);
    expect(await errorOf(batches.next())).toMatchObject({ error: { code: '25006' } });
    const first = source.streamTarget('SELECT generate_series(1, 1000000000000) AS n', never);
    expect((await first.next()).value).toHaveLength(250);
    await first.return(undefined);
    await waitFor(async () => (await database.run("SELECT 1 FROM pg_stat_activity WHERE application_name = 'tank-dbio' AND state = 'idle in transaction'")).length === 0, { what: 'the session of the stream to end' });
  });

  it('ends at once when it is aborted, even while the database works', async () => {
    const stop = new AbortController();
    const next = source.streamTarget('SELECT pg_sleep(60)::text AS a', stop.signal).next();
    await waitFor(async () => (await database.run("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'FETCH%'")).length > 0, { what: 'the fetch to run' });
    stop.abort();
    await expect(next).rejects.toThrow('aborted');
    await database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tank-dbio' AND query LIKE 'FETCH%'");
  });

  it('fails as cut off when the connection is cut in the middle', async () => {
    const proxy = await TcpProxy.to(database.port);
    const batches = open({ port: proxy.port }).streamTarget('SELECT n FROM generate_series(1, 100000) AS n', never);
    await batches.next();
    await proxy.cut();
    expect(await errorOf(batches.next())).toMatchObject({ problem: { code: 'SOURCE_CUT_OFF' }, isLasting: false });
  });

  it('refuses two columns of one name, of which one would hide the other', async () => {
    expect(await errorOf(all(source.streamTarget('SELECT 1 AS a, 2 AS a', never)))).toMatchObject({ blame: 'query', error: { code: 'DUPLICATE_COLUMN' } });
  });

  it('points at an error that shows only when the query runs', async () => {
    expect(await errorOf(all(source.streamTarget('SELECT 1 / (n - 300) AS n FROM generate_series(1, 500) AS n', never)))).toMatchObject({ blame: 'row', error: { code: '22012' } });
    const sql = 'SELECT bad FROM customer';
    expect(await errorOf(all(source.streamTarget(sql, never)))).toMatchObject({ error: { code: '42703', position: sql.indexOf('bad') } });
  });
});
