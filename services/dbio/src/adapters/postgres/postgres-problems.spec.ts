import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { QueryFailed, SourceFailed } from '../../source.js';
import { DeadlinePassed, explain } from './postgres-problems.js';

const connection = { host: 'db', port: null, database: 'crm', user: 'tank', kind: 'postgres' as const, connectString: null };
const told = (code: string, message = '') => Object.assign(new Error(message), { code });
const said = (code: string, message = 'words', more: Partial<pg.DatabaseError> = {}) => Object.assign(new pg.DatabaseError(message, 10, 'error'), { code, ...more });

describe('a PostgreSQL source that cannot be used', () => {
  it.each<[string, Error, string, string[], boolean]>([
    ['nobody listening', told('ECONNREFUSED'), 'SOURCE_REFUSED', ['ECONNREFUSED'], false],
    ['an unknown host', told('ENOTFOUND'), 'SOURCE_UNKNOWN_HOST', ['ENOTFOUND'], false],
    ['a silent name server', told('EAI_AGAIN'), 'SOURCE_UNKNOWN_HOST', ['EAI_AGAIN'], false],
    ['no way to it', told('EHOSTUNREACH'), 'SOURCE_UNREACHABLE', ['EHOSTUNREACH'], false],
    ['a reset', told('ECONNRESET'), 'SOURCE_CUT_OFF', ['ECONNRESET'], false],
    ['an end', new Error('Connection terminated unexpectedly'), 'SOURCE_CUT_OFF', [], false],
    ['silence', new DeadlinePassed(3000), 'SOURCE_TIMEOUT', [], false],
    ['no connection in time', new Error('timeout expired'), 'SOURCE_TIMEOUT', [], false],
    ['a certificate', told('SELF_SIGNED_CERT_IN_CHAIN'), 'SOURCE_TLS', ['SELF_SIGNED_CERT_IN_CHAIN'], true],
    ['a wrong password', said('28P01'), 'SOURCE_WRONG_PASSWORD', ['28P01'], true],
    ['no encryption', said('28000', 'no pg_hba.conf entry for host "::1", no encryption'), 'SOURCE_TLS', ['28000'], true],
    ['no entry', said('28000', 'role "tank" does not exist'), 'SOURCE_NOT_ALLOWED', ['28000'], true],
    ['no database', said('3D000'), 'SOURCE_UNKNOWN_DATABASE', ['3D000'], true],
    ['too many connections', said('53300'), 'SOURCE_FULL', ['53300'], false],
    ['a shutdown', said('57P01'), 'SOURCE_DOWN', ['57P01'], false],
    ['a slow statement', said('57014'), 'SOURCE_TIMEOUT', ['57014'], false],
  ])('for %s is explained in both languages', (_, error, code, databaseCodes, isLasting) => {
    const failed = explain(error, connection) as SourceFailed;
    expect(failed).toBeInstanceOf(SourceFailed);
    expect(failed).toMatchObject({ isLasting, problem: { code, databaseCodes } });
    const { message, cause, remedy, ko } = failed.problem;
    for (const sentence of [message, cause, remedy]) expect(sentence).toMatch(/^[^가-힣]{5,}$/);
    for (const sentence of Object.values(ko)) expect(sentence).toMatch(/[가-힣]/);
  });
});

describe('a query that PostgreSQL refuses', () => {
  it.each(['42601', '42P01', '42703', '42501', '25006', '21000', '22P02', '23505', '40001', '40P01', '44000', '55P03', 'P0001', 'XX000', '0A000'])('with %s is explained in both languages', (code) => {
    const { error } = explain(said(code), connection) as QueryFailed;
    expect(error).toMatchObject({ code, message: 'words', ko: { message: 'words' } });
    for (const sentence of [error.cause, error.remedy]) expect(sentence).toMatch(/^[^가-힣]{15,}\.$/);
    for (const sentence of [error.ko!.cause, error.ko!.remedy]) expect(sentence).toMatch(/[가-힣].*\.$/);
  });

  it("has the database's hint, for Korean readers beside the remedy", () => {
    const { error } = explain(said('42703', 'column "nam" does not exist', { hint: 'Perhaps you meant "name".' }), connection) as QueryFailed;
    expect(error).toMatchObject({ remedy: 'Perhaps you meant "name".', ko: { remedy: '컬럼 이름을 고치세요. (Perhaps you meant "name".)' } });
  });

  it('is pointed at, in the text of its author', () => {
    const query = { sql: "SELECT '😀', x", text: "DECLARE SELECT '😀', x", authorPosition: (position: number) => position - 8 };
    const { error } = explain(said('42703', 'm', { position: '21' }), connection, query) as QueryFailed;
    expect(error).toMatchObject({ position: query.sql.indexOf('x'), line: 1 });
  });
});

it('leaves a mistake of ours what it is', () => {
  const mistake = new TypeError('x is not a function');
  expect(explain(mistake, connection)).toBe(mistake);
});
