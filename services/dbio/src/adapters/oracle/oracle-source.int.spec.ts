import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source } from '../../source.js';
import { itIsASource, type SourceUnderTest } from '../../../test/source-contract.js';
import { oracleUnderTest } from '../../../test/oracle-database.js';

describe.each(['23ai', '19c', '12.1'] as const)('OracleSource is a source, as %s speaks, which', (dialect) => {
  itIsASource(() => oracleUnderTest(dialect), {
    name: (written) => written.toUpperCase(),
    types: ['VARCHAR2(10)', 'NUMBER(38)', 'NUMBER(12,2)', 'NUMBER(5)', 'BINARY_DOUBLE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'RAW(2000)', 'CHAR(4)'],
    codes: {
      unknownDatabase: 'SOURCE_UNKNOWN_SERVICE', unknownColumn: 'ORA-00904', unknownTable: 'ORA-00942', syntax: 'ORA-00923', notANumber: 'ORA-01722', tooLong: 'ORA-12899', divisionByZero: 'ORA-01476', readOnly: 'ORA-01456',
    },
  });
});

describe('OracleSource', () => {
  let database: SourceUnderTest;
  let source: Source;

  beforeAll(async () => {
    database = await oracleUnderTest('19c');
    await database.run('CREATE SCHEMA IF NOT EXISTS public; CREATE TABLE customer (id varchar(10), name varchar(40), grade int); INSERT INTO customer SELECT n, n, n FROM generate_series(1, 5) AS n');
    source = database.open();
  });
  afterAll(async () => {
    await source.close();
    await database.drop();
  });

  it('describes a statement anew when its table has other columns', async () => {
    const lookUp = () => source.lookUp('SELECT * FROM changing WHERE id = :id', { id: '1' });
    await database.run("CREATE TABLE changing (id varchar(5), a int, b int); INSERT INTO changing VALUES ('1', 1, 2)");
    for (let at = 0; at < 8; at += 1) await expect(lookUp()).resolves.toMatchObject({ rows: [{ A: 1, B: 2 }] });
    await database.run('ALTER TABLE changing ALTER COLUMN a TYPE varchar(5)');
    for (let at = 0; at < 8; at += 1) await expect(lookUp()).resolves.toMatchObject({ rows: [{ A: '1', B: 2 }] });
    await database.run('ALTER TABLE changing DROP COLUMN a');
    for (let at = 0; at < 8; at += 1) await expect(lookUp()).resolves.toMatchObject({ rows: [{ ID: '1', B: 2 }] });
  });

  it('holds a few rows at a time where they are large, and gives all of them', async () => {
    await database.run("CREATE VIEW large AS SELECT n::int AS n, repeat('0123456789', 40000)::oracle_types.clob AS text FROM generate_series(1, 300) AS n");
    let [seen, most] = [0, 0];
    for await (const rows of source.streamTarget('SELECT n, text FROM large', new AbortController().signal)) {
      seen += rows.length;
      most = Math.max(most, rows.length);
      expect(rows.every(({ TEXT }) => String(TEXT).length === 400_000)).toBe(true);
    }
    expect(seen).toBe(300);
    expect(most).toBeLessThanOrEqual(10);
  });

  it('refuses a column that only looks like a repeated one no more than any other', async () => {
    await expect(source.check({ purpose: 'target', sql: 'SELECT id, name AS id_1 FROM customer', bindable: [] })).resolves.toMatchObject({ columns: [{ name: 'ID' }, { name: 'ID_1' }] });
    await expect(source.check({ purpose: 'target', sql: 'SELECT id, name AS id_1, grade AS id FROM customer', bindable: [] })).rejects.toMatchObject({ error: { code: 'DUPLICATE_COLUMN' } });
  });
});
