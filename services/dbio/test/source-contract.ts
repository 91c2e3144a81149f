import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Column, Connection, Row } from '@tank/contracts';
import { heapInUse } from '../../../embedded/test/heap-in-use.ts';
import { waitFor } from '../../../embedded/test/parts.ts';
import type { SourceLimits } from '../src/adapters/source-limits.js';
import { QueryFailed, SourceFailed, type Source } from '../src/source.js';
import { LIMITS } from './customer-database.js';
import { TcpProxy } from './tcp-proxy.js';

/** A database that one kind of source reaches, and a way round it. */
export interface SourceUnderTest {
  readonly password: string;
  /** Where the source connects to: a proxy may stand before it. */
  readonly port: number;
  open(over?: Partial<Connection>, password?: string, limits?: SourceLimits): Source;
  /** SQL of the PostgreSQL that holds the data, as its superuser, past the source. */
  run(sql: string): Promise<Record<string, unknown>[]>;
  /** A session of somebody else, which may hold locks. */
  somebodyElse(): Promise<{ run(sql: string): Promise<unknown>; end(): Promise<void> }>;
  /** Sessions of Tank that are there now; those that execute something now. */
  sessions(): Promise<number>;
  busySessions(): Promise<number>;
  drop(): Promise<void>;
}

/** How one kind of database says what all of them can. */
export interface Spelling {
  /** A name that nobody quoted, as the database gives it back. */
  name(written: string): string;
  /** The words for the columns of `typed`, in their order. */
  types: string[];
  codes: { unknownDatabase: string; unknownColumn: string; unknownTable: string; syntax: string; notANumber: string; tooLong: string; divisionByZero: string; readOnly: string };
}

const never = new AbortController().signal;
async function errorOf(work: Promise<unknown>): Promise<QueryFailed & SourceFailed> {
  return work.then(() => { throw new Error('It passed.'); }, (error: unknown) => error as QueryFailed & SourceFailed);
}
async function all(batches: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** Tables, and views that give a source much to do, whatever its SQL is like. */
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS public;
  CREATE TABLE customer (customer_id varchar(10) PRIMARY KEY, name varchar(100), grade int, status varchar(10), message_id varchar(100), sent_at timestamp, sent_tz timestamptz, note varchar(5));
  CREATE TABLE typed (id varchar(10), big numeric(38), amount numeric(12,2), small smallint, ratio float8, at timestamp(6), at_zone timestamptz, raw_bytes bytea, fixed char(4), nothing varchar(10));
  CREATE VIEW thousands AS SELECT n::int AS n FROM generate_series(1, 1234) AS n;
  CREATE VIEW endless AS SELECT generate_series(1, 1000000000000) AS n;
  CREATE VIEW wide AS SELECT generate_series(1, 200000)::int AS n, repeat('0123456789abcdef', 64)::varchar(1024) AS text;
  CREATE VIEW late_failure AS SELECT (1 / (generate_series(1, 5000) - 3000))::int AS n;
  CREATE FUNCTION slow(seconds float8) RETURNS varchar LANGUAGE sql VOLATILE AS $$ SELECT 'late' FROM pg_sleep(seconds) $$;
  CREATE FUNCTION sly() RETURNS int LANGUAGE sql VOLATILE AS $$ UPDATE customer SET note = 'sly' WHERE customer_id = 'C1' RETURNING 1 $$;`;

/** What dbio's use cases rely on, of whatever database it is. */
export function itIsASource(prepare: () => Promise<SourceUnderTest>, { name, types, codes }: Spelling): void {
  let database: SourceUnderTest;
  let source: Source;
  const opened: Source[] = [];
  const row = (values: Row): Row => Object.fromEntries(Object.entries(values).map(([column, value]) => [name(column), value]));

  function open(over: Partial<Connection> = {}, password = database.password, limits = LIMITS): Source {
    const made = database.open(over, password, limits);
    opened.push(made);
    return made;
  }

  beforeAll(async () => {
    database = await prepare();
    await database.run(TABLES);
    source = open();
  });
  beforeEach(() => database.run(`TRUNCATE customer; INSERT INTO customer SELECT 'C' || n, '고객 ' || n, n FROM generate_series(1, 10) AS n`));
  afterEach(async () => {
    for (const one of opened.splice(0)) if (one !== source) await one.close();
  });
  afterAll(async () => {
    await source.close();
    try {
      await waitFor(async () => (await database.sessions()) === 0, { what: 'every session to be closed' });
    } finally {
      await database.drop();
    }
  });

  describe('check', () => {
    const check = (sql: string, purpose: 'target' | 'mapping' | 'update' = 'target', bindable: string[] = []) => source.check({ purpose, sql, bindable });

    it('gives the columns with the database\'s own words for their types', async () => {
      const columns = ['id', 'big', 'amount', 'small', 'ratio', 'at', 'at_zone', 'raw_bytes', 'fixed'].map((column, at): Column => ({ name: name(column), type: types[at]! }));
      await expect(check('SELECT id, big, amount, small, ratio, at, at_zone, raw_bytes, fixed FROM typed')).resolves.toEqual({ columns, binds: [] });
      await expect(check('SELECT grade AS "Grade", customer_id 고객 FROM customer')).resolves.toMatchObject({ columns: [{ name: 'Grade' }, { name: '고객' }] });
    });

    it.each([
      ['SELECT grade,\n  bad_column FROM customer', 'bad_column', codes.unknownColumn],
      ['SELECT \'한글 𝒳\' AS a, \n\t nope FROM customer', 'nope', codes.unknownColumn],
      ['SELECT * FROM customers', 'customers', codes.unknownTable],
      ['SELECT * FRM customer', 'FRM', codes.syntax],
    ])('points at the error in the author\'s text: %s', async (sql, word, code) => {
      const { error } = await errorOf(check(sql));
      const before = sql.slice(0, sql.indexOf(word));
      expect(error).toMatchObject({ code, position: before.length, line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') });
      expect(error).toMatchObject({ cause: expect.any(String), remedy: expect.any(String), ko: { cause: expect.stringMatching(/[가-힣]/), remedy: expect.stringMatching(/[가-힣]/) } });
    });

    it('points at the right place behind binds of any length', async () => {
      const sql = "SELECT name FROM customer WHERE customer_id = :CUSTOMER_ID AND grade > :g AND ':x' <> '가' AND wrong = 1";
      expect((await errorOf(check(sql, 'mapping', ['customer_id', 'g']))).error).toMatchObject({ code: codes.unknownColumn, position: sql.indexOf('wrong') });
    });

    it('refuses a bind that no column offers, and any bind in a Target Query', async () => {
      expect((await errorOf(check('SELECT :nobody FROM customer', 'mapping', ['customer_id']))).error).toMatchObject({ code: 'UNKNOWN_BIND', position: 7 });
      expect((await errorOf(check('SELECT name FROM customer WHERE 1 = :x'))).error).toMatchObject({ code: 'UNKNOWN_BIND', position: 36 });
    });

    it('refuses two columns of one name', async () => {
      expect((await errorOf(check('SELECT customer_id, name AS customer_id FROM customer'))).error).toMatchObject({ code: 'DUPLICATE_COLUMN' });
    });

    it('executes nothing', async () => {
      await check('SELECT sly() AS a, slow(60) AS b FROM customer');
      await check('UPDATE customer SET status = :SEND_STATUS WHERE customer_id = :customer_id', 'update', ['customer_id', 'SEND_STATUS']);
      expect(await database.run('SELECT 1 FROM customer WHERE status IS NOT NULL OR note IS NOT NULL')).toEqual([]);
    });

    it('takes one bind in places of different types', async () => {
      const sql = "UPDATE customer SET status = :S, grade = CASE WHEN :S = 'SENT' THEN 1 END WHERE customer_id = :X";
      await expect(check(sql, 'update', ['S', 'X'])).resolves.toEqual({ columns: [], binds: ['S', 'X'] });
      await expect(check('SELECT name FROM customer WHERE :X IS NULL OR customer_id = :X', 'mapping', ['X'])).resolves.toMatchObject({ binds: ['X'] });
    });
  });

  describe('a source that cannot be used', () => {
    it.each([
      ['SOURCE_REFUSED', { port: 1 }, undefined, false],
      ['SOURCE_UNKNOWN_HOST', { host: 'no-such-host.invalid' }, undefined, false],
      ['SOURCE_WRONG_PASSWORD', {}, 'pa55-wrong', true],
    ])('is explained in both languages: %s', async (code, over, password, isLasting) => {
      const broken = open(over, password);
      const test = await broken.connectTest();
      const words = { message: expect.any(String), cause: expect.any(String), remedy: expect.any(String) };
      const korean = { message: expect.stringMatching(/[가-힣]/), cause: expect.stringMatching(/[가-힣]/), remedy: expect.stringMatching(/[가-힣]/) };
      expect(test).toMatchObject({ ok: false, problem: { code, ...words, ko: korean } });
      expect(!test.ok && test.problem.databaseCodes).not.toEqual([]);
      const error = await errorOf(broken.lookUp('SELECT name FROM customer', {}));
      expect(error).toMatchObject({ problem: { code }, isLasting });
      expect(JSON.stringify([test, error, error.message, error.stack])).not.toContain(password ?? database.password);
    });

    it('says so of a database that nobody knows', async () => {
      await expect(open({ database: 'nobody' }).connectTest()).resolves.toMatchObject({ ok: false, problem: { code: codes.unknownDatabase } });
    });

    it('is explained when it accepts connections and says nothing', async () => {
      const proxy = await TcpProxy.to(database.port);
      proxy.fallSilent();
      const silent = open({ port: proxy.port }, undefined, { ...LIMITS, connectMs: 200 });
      await expect(silent.connectTest()).resolves.toMatchObject({ ok: false, problem: { code: 'SOURCE_TIMEOUT' } });
      expect(await errorOf(silent.lookUp('SELECT name FROM customer', {}))).toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
      await proxy.cut();
    });

    it('tells its version when it can be used', async () => {
      await expect(source.connectTest()).resolves.toEqual({ ok: true, serverVersion: expect.stringMatching(/^\d+/), durationMs: expect.any(Number), warnings: [] });
    });
  });

  describe('values', () => {
    const TYPED = `INSERT INTO typed VALUES ('T1', 12345678901234567890, -0.50, 7, 0.1, '2026-11-20 09:00:00.123456', '2026-11-20T00:00:00Z', '\\xdeadbeef', 'C1', NULL)`;
    const EXPECTED = {
      id: 'T1', big: '12345678901234567890', small: 7, ratio: 0.1, at: '2026-11-20T09:00:00.123456', at_zone: '2026-11-20T09:00:00+09:00', raw_bytes: 'deadbeef', fixed: 'C1  ', nothing: null,
    };
    beforeEach(() => database.run(`TRUNCATE typed; ${TYPED}`));

    it('keep every digit, local times as they are, and their kinds', async () => {
      const { rows: [found] } = await source.sample('SELECT * FROM typed', 1);
      expect(found).toMatchObject(row(EXPECTED));
      expect(Number(found![name('amount')])).toBe(-0.5);
      expect((await source.sample('SELECT 1 AS "__proto__", grade FROM customer', 1)).rows.map((one) => Object.keys(one).length)).toEqual([2]);
    });

    it('follow the time zone of the connection', async () => {
      const { rows } = await open({ timeZone: 'Asia/Kolkata' }).sample('SELECT at_zone FROM typed', 1);
      expect(rows).toEqual([row({ at_zone: '2026-11-20T05:30:00+05:30' })]);
    });

    it.each(['id', 'big', 'amount', 'small', 'ratio', 'at', 'at_zone', 'fixed'])('find their own row again when they are bound: %s', async (column) => {
      const { rows: [found] } = await source.sample('SELECT * FROM typed', 1);
      await expect(source.lookUp(`SELECT id FROM typed WHERE ${column} = :${column}`, found!)).resolves.toMatchObject({ rows: [row({ id: 'T1' })] });
    });

    it('are values and never SQL', async () => {
      const text = "'; DROP TABLE customer; --";
      await source.update('UPDATE customer SET name = :text WHERE customer_id = :id', [{ id: 'C1', text }]);
      await expect(source.lookUp('SELECT name FROM customer WHERE name = :text', { text })).resolves.toMatchObject({ rows: [row({ name: text })] });
    });
  });

  describe('lookUp', () => {
    it('finds rows by the target row\'s columns, in any case', async () => {
      const found = await source.lookUp('SELECT name, grade FROM customer WHERE customer_id = :customer_id -- :no\n;', { CUSTOMER_ID: 'C3' });
      expect(found).toEqual({ columns: [{ name: name('name'), type: '' }, { name: name('grade'), type: '' }], rows: [row({ name: '고객 3', grade: 3 })] });
      await expect(source.lookUp('SELECT name FROM customer WHERE customer_id = :id', { id: 'nobody' })).resolves.toMatchObject({ rows: [] });
    });

    it('never fetches more than two rows, and the session is in order afterwards', async () => {
      for (let at = 0; at < 10; at += 1) expect((await source.lookUp('SELECT n FROM endless', {})).rows).toHaveLength(2);
    });

    it('sees what was committed before it was asked', async () => {
      for (let at = 1; at <= 20; at += 1) {
        await database.run(`UPDATE customer SET grade = ${at} WHERE customer_id = 'C1'`);
        await expect(source.lookUp('SELECT grade FROM customer WHERE customer_id = :id', { id: 'C1' })).resolves.toMatchObject({ rows: [row({ grade: at })] });
      }
    });

    it('blames the row for a value that does not fit, and names no value', async () => {
      const error = await errorOf(source.lookUp('SELECT name FROM customer WHERE grade = :grade', { grade: 'secret-grade' }));
      expect(error).toMatchObject({ blame: 'row', error: { code: codes.notANumber } });
      expect(error.summary).not.toContain('secret-grade');
    });

    it('blames the query for what fails with every row', async () => {
      expect(await errorOf(source.lookUp('SELECT name FROM gone WHERE a = :a', { a: 1 }))).toMatchObject({ blame: 'query', error: { code: codes.unknownTable } });
      expect(await errorOf(source.lookUp('SELECT name FROM customer WHERE customer_id = :missing', { a: 1 }))).toMatchObject({ blame: 'query', error: { code: 'UNKNOWN_BIND' } });
    });

    it('changes nothing, whatever the query calls', async () => {
      expect(await errorOf(source.lookUp('SELECT sly() AS a FROM customer', {}))).toMatchObject({ blame: 'query', error: { code: codes.readOnly } });
      expect(await errorOf(all(source.streamTarget('SELECT sly() AS a FROM customer', never)))).toMatchObject({ error: { code: codes.readOnly } });
      expect(await errorOf(source.sample('SELECT sly() AS a FROM customer', 1))).toMatchObject({ error: { code: codes.readOnly } });
      expect(await database.run('SELECT 1 FROM customer WHERE note IS NOT NULL')).toEqual([]);
    });

    it('survives a table that was changed under its statement', async () => {
      const lookUp = () => source.lookUp('SELECT * FROM changing WHERE a = :a', { a: 1 });
      await database.run('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
      for (let at = 0; at < 8; at += 1) await lookUp();
      await database.run('ALTER TABLE changing ADD COLUMN b int DEFAULT 5');
      for (let at = 0; at < 8; at += 1) await expect(lookUp()).resolves.toMatchObject({ rows: [row({ a: 1 })] });
    });

    it('does many at a time on few sessions', async () => {
      const found = await Promise.all(Array.from({ length: 200 }, (_, at) => source.lookUp('SELECT name FROM customer WHERE customer_id = :id', { id: `C${(at % 10) + 1}` })));
      found.forEach(({ rows }, at) => expect(rows).toEqual([row({ name: `고객 ${(at % 10) + 1}` })]));
      expect(await database.sessions()).toBeLessThanOrEqual(LIMITS.poolSize);
    });

    it('gives each of a thousand look-ups at a time its own recipient\'s values, with failures and time-outs among them', async () => {
      await database.run(`INSERT INTO customer SELECT 'C' || n, '고객 ' || n, n FROM generate_series(11, 1000) AS n`);
      const hasty = open({}, database.password, { ...LIMITS, poolSize: 3, lookUpMs: 300 });
      const sql = 'SELECT customer_id, name, 10 / grade AS share, CASE WHEN grade = 100 THEN slow(5) END AS late FROM customer WHERE customer_id = :id';
      await database.run('UPDATE customer SET grade = CASE WHEN grade % 10 = 4 THEN 0 WHEN grade % 250 = 101 THEN 100 ELSE 1 END');
      const looked = await Promise.allSettled(Array.from({ length: 1000 }, (_, at) => hasty.lookUp(sql, { id: `C${at + 1}` })));
      const mixed = looked.flatMap((one, at) => (one.status === 'fulfilled' && one.value.rows[0]?.[name('name')] !== `고객 ${at + 1}` ? [at + 1] : []));
      expect(mixed).toEqual([]);
      expect(looked.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(500);
      expect(looked.filter((one, at) => at % 10 === 3 && one.status === 'fulfilled')).toEqual([]);
    });

    it('ends at its deadline when the server no longer answers, and goes on when it does', async () => {
      const proxy = await TcpProxy.to(database.port);
      const behind = open({ port: proxy.port }, undefined, { ...LIMITS, connectMs: 1_000, lookUpMs: 200, updateMs: 200 });
      const sql = "SELECT grade FROM customer WHERE customer_id = 'C1'";
      const found = { rows: [row({ grade: 1 })] };
      await behind.lookUp(sql, {});
      proxy.fallSilent();
      expect(await errorOf(behind.lookUp(sql, {}))).toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
      proxy.fallSilent(false);
      await expect(behind.lookUp(sql, {})).resolves.toMatchObject(found);
      await proxy.cut();
      expect(await errorOf(behind.lookUp(sql, {}))).toBeInstanceOf(SourceFailed);
      await proxy.mend();
      await expect(behind.lookUp(sql, {})).resolves.toMatchObject(found);
      await proxy.cut();
    });

    it('stops a statement that takes too long, on the server too', async () => {
      const hasty = open({}, undefined, { ...LIMITS, lookUpMs: 100, updateMs: 100 });
      expect(await errorOf(hasty.lookUp("SELECT slow(30) AS a FROM customer WHERE customer_id = 'C1'", {}))).toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
      await waitFor(async () => (await database.busySessions()) === 0, { what: 'the statement to be stopped' });
    });
  });

  describe('update', () => {
    const sql = 'UPDATE customer SET status = :SEND_STATUS, message_id = :MESSAGE_ID, sent_at = :SENT_AT, sent_tz = :SENT_AT, note = :note WHERE customer_id = :customer_id';
    const settled = (id: string, over: Row = {}): Row => ({ customer_id: id, SEND_STATUS: 'SENT', MESSAGE_ID: 'm', SENT_AT: '2026-11-20T09:00:00.000+09:00', note: null, ...over });
    const statuses = async () => Object.fromEntries((await database.run('SELECT customer_id, status FROM customer WHERE status IS NOT NULL')).map((one) => [one.customer_id, one.status]));

    it('changes each row\'s own row and says how many it changed', async () => {
      await expect(source.update(sql, [settled('C1'), settled('nobody'), settled('C2', { SEND_STATUS: 'FAIL', MESSAGE_ID: null, SENT_AT: null })])).resolves.toEqual([{ changed: 1 }, { changed: 0 }, { changed: 1 }]);
      expect(await statuses()).toEqual({ C1: 'SENT', C2: 'FAIL' });
      expect(await database.run("SELECT sent_at::text AS local, sent_tz = '2026-11-20T00:00:00Z' AS instant FROM customer WHERE customer_id = 'C1'")).toEqual([{ local: '2026-11-20 09:00:00', instant: true }]);
    });

    it('lets a bad row fail alone', async () => {
      const results = await source.update(sql, [settled('C1'), settled('C2', { note: 'far too long, and secret' }), settled('C3'), settled('C4', { SENT_AT: 'secret' })]);
      expect(results).toEqual([{ changed: 1 }, { failed: expect.objectContaining({ blame: 'row', error: expect.objectContaining({ code: codes.tooLong }) }) }, { changed: 1 }, { failed: expect.objectContaining({ blame: 'row' }) }]);
      expect(results.map((result) => ('failed' in result ? result.failed.summary : '')).join()).not.toContain('secret');
      expect(await statuses()).toEqual({ C1: 'SENT', C3: 'SENT' });
    });

    it('lets a row alone fail that lacks a column which the statement binds', async () => {
      const { customer_id: _, ...bare } = settled('C2');
      await expect(source.update(sql, [settled('C1'), bare, settled('C3')])).resolves.toEqual([{ changed: 1 }, { failed: expect.objectContaining({ error: expect.objectContaining({ code: 'UNKNOWN_BIND' }) }) }, { changed: 1 }]);
      expect(await statuses()).toEqual({ C1: 'SENT', C3: 'SENT' });
    });

    it('fails every row of a broken statement, and the session is in order afterwards', async () => {
      const results = await source.update('UPDATE customer SET nope = :SEND_STATUS WHERE customer_id = :customer_id', [settled('C1'), settled('C2')]).catch((error: unknown) => error);
      expect(results).toMatchObject({ blame: 'query', error: { code: codes.unknownColumn } });
      await expect(source.update(sql, [settled('C1')])).resolves.toEqual([{ changed: 1 }]);
    });

    it('gives way to a locked row without losing the others', async () => {
      const other = await database.somebodyElse();
      await other.run("BEGIN; SELECT 1 FROM customer WHERE customer_id = 'C2' FOR UPDATE");
      const results = await source.update(sql, [settled('C1'), settled('C2'), settled('C3')]).finally(() => other.end());
      expect(results).toEqual([{ changed: 1 }, { failed: expect.objectContaining({ blame: 'moment' }) }, { changed: 1 }]);
      await expect(source.update(sql, [settled('C2')])).resolves.toEqual([{ changed: 1 }]);
    }, 15_000);

    it('writes 5,000 rows in batches of 200 in a few seconds', async () => {
      await database.run("INSERT INTO customer SELECT 'B' || n FROM generate_series(1, 5000) AS n");
      for (let at = 0; at < 25; at += 1) await source.update(sql, Array.from({ length: 200 }, (_, n) => settled(`B${at * 200 + n + 1}`)));
      expect(await database.run("SELECT count(*)::int AS sent FROM customer WHERE status = 'SENT'")).toEqual([{ sent: 5000 }]);
    }, 20_000);
  });

  describe('streamTarget', () => {
    it('gives all rows in order, and none of an empty result', async () => {
      const rows = await all(source.streamTarget('SELECT n FROM thousands ORDER BY n', never));
      expect(rows.map((one) => one[name('n')])).toEqual(Array.from({ length: 1234 }, (_, at) => at + 1));
      await expect(all(source.streamTarget('SELECT n FROM thousands WHERE n < 0', never))).resolves.toEqual([]);
    });

    it('holds 200,000 wide rows no longer than its reader, with memory flat', async () => {
      let seen = 0;
      let highest = 0;
      const before = heapInUse();
      for await (const batch of source.streamTarget('SELECT n, text FROM wide', never)) { // 200 MB of text
        seen += batch.length;
        if (seen % 20_000 === 0) highest = Math.max(highest, heapInUse() - before);
      }
      expect(seen).toBe(200_000);
      expect(highest).toBeLessThan(10 * 1024 * 1024);
    }, 60_000);

    it('reads no further than it is asked', async () => {
      const first = source.streamTarget('SELECT n FROM endless', never)[Symbol.asyncIterator]();
      expect((await first.next()).value!.length).toBeLessThanOrEqual(1000);
      await first.return!();
      await waitFor(async () => (await database.busySessions()) === 0, { what: 'the session of the stream to end' });
    });

    it('ends at once when it is aborted, even while the database works, which stops too', async () => {
      const stop = new AbortController();
      const next = source.streamTarget("SELECT slow(60) AS a FROM customer WHERE customer_id = 'C1'", stop.signal)[Symbol.asyncIterator]().next();
      await waitFor(async () => (await database.busySessions()) > 0, { what: 'the query to run' });
      stop.abort();
      await expect(next).rejects.toThrow('aborted');
      await waitFor(async () => (await database.busySessions()) === 0, { what: 'the query to be stopped' });
    });

    it('fails as cut off when the connection is cut in the middle', async () => {
      const proxy = await TcpProxy.to(database.port);
      const batches = open({ port: proxy.port }).streamTarget('SELECT n FROM endless', never)[Symbol.asyncIterator]();
      await batches.next();
      await proxy.cut();
      const rest = async () => { while (!(await batches.next()).done); };
      expect(await errorOf(rest())).toMatchObject({ problem: { code: 'SOURCE_CUT_OFF' }, isLasting: false });
    });

    it('refuses two columns of one name, of which one would hide the other', async () => {
      expect(await errorOf(all(source.streamTarget('SELECT grade AS a, name AS a FROM customer', never)))).toMatchObject({ blame: 'query', error: { code: 'DUPLICATE_COLUMN' } });
    });

    it('points at an error that shows only when the query runs', async () => {
      expect(await errorOf(all(source.streamTarget('SELECT n FROM late_failure', never)))).toMatchObject({ blame: 'row', error: { code: codes.divisionByZero } });
      const sql = 'SELECT bad FROM customer';
      expect(await errorOf(all(source.streamTarget(sql, never)))).toMatchObject({ error: { code: codes.unknownColumn, position: sql.indexOf('bad') } });
    });
  });
}
