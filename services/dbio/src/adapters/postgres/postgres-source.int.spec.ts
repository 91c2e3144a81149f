import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionLimitsSchema } from '@tank/contracts';
import { QueryFailed, type Source } from '../../source.js';
import { CustomerDatabase, LIMITS } from '../../../test/customer-database.js';
import { itIsASource, type SourceUnderTest } from '../../../test/source-contract.js';
import { PostgresSource } from './postgres-source.js';

async function postgresUnderTest(): Promise<SourceUnderTest> {
  const database = await CustomerDatabase.create('source');
  return {
    password: database.password,
    port: database.port,
    open: (over, password = database.password, limits = LIMITS) => new PostgresSource(database.connection(over), password, limits),
    run: (sql) => database.run(sql),
    somebodyElse: () => database.somebodyElse(),
    sessions: () => database.sessionsOf('tank-dbio'),
    busySessions: () => database.busySessions(),
    drop: () => database.drop(),
  };
}

describe('PostgresSource is a source, which', () => {
  itIsASource(postgresUnderTest, {
    name: (written) => written,
    types: ['character varying(10)', 'numeric(38,0)', 'numeric(12,2)', 'smallint', 'double precision', 'timestamp(6) without time zone', 'timestamp with time zone', 'bytea', 'character(4)'],
    codes: { unknownDatabase: 'SOURCE_UNKNOWN_DATABASE', unknownColumn: '42703', unknownTable: '42P01', syntax: '42601', notANumber: '22P02', tooLong: '22001', divisionByZero: '22012', readOnly: '25006' },
  });
});

describe('PostgresSource', () => {
  let database: CustomerDatabase;
  let source: Source;

  beforeAll(async () => {
    database = await CustomerDatabase.create('postgres');
    await database.run(`
      CREATE SCHEMA IF NOT EXISTS public;
      CREATE TABLE customer (customer_id varchar(10) PRIMARY KEY, name text, grade int, status varchar(10), sent_at timestamp, note varchar(5));
      CREATE SEQUENCE numbers`);
    source = new PostgresSource(database.connection(), database.password, LIMITS);
  });
  beforeEach(() => database.run(`TRUNCATE customer; INSERT INTO customer SELECT 'C' || n, '고객 ' || n, n FROM generate_series(1, 10) AS n`));
  afterAll(async () => {
    await source.close();
    await database.drop();
  });

  it('keeps to what its connection allows: fewer sessions, shorter statements', async () => {
    const limits = connectionLimitsSchema.parse({ poolMax: 1, statementTimeoutMs: 400 });
    const limited = new PostgresSource(database.connection({ limits }), database.password, LIMITS);
    const backend = async () => (await limited.lookUp('SELECT pg_backend_pid() AS pid, pg_sleep(0.01)', {})).rows[0]!.pid;
    expect(new Set(await Promise.all(Array.from({ length: 20 }, backend))).size).toBe(1);
    const startedAt = performance.now();
    await expect(limited.lookUp('SELECT pg_sleep(30)', {})).rejects.toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
    await expect(limited.sample('SELECT pg_sleep(30)', 1)).rejects.toMatchObject({ problem: { code: 'SOURCE_TIMEOUT' } });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await limited.close();
  });

  it('is encrypted where its connection wants it, whatever the settings say', async () => {
    const strict = new PostgresSource(database.connection({ tls: 'verify' }), database.password, LIMITS);
    await expect(strict.connectTest()).resolves.toMatchObject({ ok: false, problem: { code: 'SOURCE_TLS' } });
    await strict.close();
    const relaxed = new PostgresSource(database.connection({ tls: 'off' }), database.password, { ...LIMITS, tls: 'verify' });
    await expect(relaxed.connectTest()).resolves.toMatchObject({ ok: true });
    await relaxed.close();
  });

  it('executes nothing while it checks, not even a sequence', async () => {
    await source.check({ purpose: 'target', sql: "SELECT nextval('numbers'), 1/0 AS never", bindable: [] });
    expect(await database.run('SELECT is_called FROM numbers')).toEqual([{ is_called: false }]);
  });

  it('takes one bind in places of different types, in places without a type, and in GROUP BY', async () => {
    const check = (sql: string, purpose: 'mapping' | 'update' = 'mapping') => source.check({ purpose, sql, bindable: ['S', 'X'] });
    await expect(check("UPDATE customer SET status = :S, sent_at = CASE WHEN :S = 'SENT' THEN now() END WHERE customer_id = :X", 'update')).resolves.toEqual({ columns: [], binds: ['S', 'X'] });
    await expect(check('SELECT name || :X AS n FROM customer GROUP BY name || :X')).resolves.toMatchObject({ binds: ['X'] });
    await expect(check('SELECT name FROM customer WHERE :X IS NULL AND :S IS NULL AND grade > :X')).resolves.toMatchObject({ binds: ['X', 'S'] });
    const sql = 'SELECT name FROM customer WHERE :X IS NULL AND grade = :X + wrong';
    await expect(check(sql)).rejects.toMatchObject({ error: { code: '42703', position: sql.indexOf('wrong') } });
  });

  it('gives values of every kind', async () => {
    const { rows } = await source.sample(`SELECT 9223372036854775807 AS big, 'NaN'::float8 AS nan, DATE '2026-11-20' AS d, true AS b, false AS nb, '{"a": 1}'::json AS j, '{1,2}'::int[] AS list, '__proto__'::text AS "__proto__"`, 1);
    expect(rows).toEqual([Object.fromEntries(Object.entries({ big: '9223372036854775807', nan: 'NaN', d: '2026-11-20', b: true, nb: false, j: '{"a": 1}', list: '{1,2}', ['__proto__']: '__proto__' }))]);
  });

  it('gives values back as they went when they are bound again', async () => {
    const row = { big: '9223372036854775807', f: 0.1, b: true, at: '2026-11-20T09:00:00+09:00', text: "'; DROP TABLE customer; --", none: null };
    const { rows } = await source.lookUp('SELECT :big::bigint AS big, :f::float8 AS f, :b::boolean AS b, :AT::timestamptz AS at, :text AS text, :none AS none', row);
    expect(rows).toEqual([row]);
  });

  it('shows a column that was added under its prepared statement', async () => {
    await database.run('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
    for (let at = 0; at < 8; at += 1) await source.lookUp('SELECT * FROM changing WHERE a = :a', { a: 1 });
    await database.run('ALTER TABLE changing ADD COLUMN b int DEFAULT 5');
    for (let at = 0; at < 8; at += 1) await expect(source.lookUp('SELECT * FROM changing WHERE a = :a', { a: 1 })).resolves.toMatchObject({ rows: [{ a: 1, b: 5 }] });
  });

  it('lets no query set anything for the next one', async () => {
    await database.run(`CREATE FUNCTION sly() RETURNS int LANGUAGE sql VOLATILE AS $$ UPDATE customer SET note = 'sly' WHERE customer_id = 'C1' RETURNING 1 $$`);
    await expect(source.lookUp("SELECT set_config('transaction_read_only', 'off', false) AS a, sly() AS b", {})).rejects.toBeInstanceOf(QueryFailed);
    await source.lookUp("SELECT set_config('default_transaction_read_only', 'off', false) AS a, set_config('TimeZone', 'UTC', false) AS b", {});
    for (let at = 0; at < 8; at += 1) await expect(source.lookUp("SELECT current_setting('TimeZone') AS zone", {})).resolves.toMatchObject({ rows: [{ zone: 'Asia/Seoul' }] });
    await expect(source.lookUp('SELECT sly() AS a', {})).rejects.toMatchObject({ error: { code: '25006' } });
  });

  it('does not count rows that the database takes back at the end of the transaction', async () => {
    await database.run('CREATE TABLE ticket (customer_id text, number int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const insert = 'INSERT INTO ticket SELECT :customer_id, :number';
    const results = await source.update(insert, [{ customer_id: 'C1', number: 1 }, { customer_id: 'C2', number: 1 }, { customer_id: 'C3', number: 2 }]);
    expect(results).toEqual([{ changed: 1 }, { failed: expect.objectContaining({ blame: 'row', error: expect.objectContaining({ code: '23505' }) }) }, { changed: 1 }]);
    expect(await database.run('SELECT customer_id FROM ticket ORDER BY number')).toEqual([{ customer_id: 'C1' }, { customer_id: 'C3' }]);
  });
});
