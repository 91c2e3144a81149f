import { describe, expect, it } from '@jest/globals';
import { connectionChangeSchema, connectionInputSchema, type ConnectionInput } from './connection.js';

const oracle = { name: 'crm', kind: 'oracle', user: 'TANK', password: 'p' };
const refusedField = (input: object): PropertyKey | undefined => connectionInputSchema.safeParse(input).error?.issues[0]?.path[0];

describe('a connection', () => {
  it('is reached by host, port and service, or by a connect string', () => {
    expect(connectionInputSchema.parse({ ...oracle, host: 'db', database: 'ORCL' })).toMatchObject({ port: null, connectString: null, limits: { forbiddenHours: [], allowPlSql: false } });
    expect(connectionInputSchema.parse({ ...oracle, connectString: 'CRM_ALIAS' })).toMatchObject({ host: null });
  });

  it.each<[string, object, keyof ConnectionInput]>([
    ['no host', { ...oracle, database: 'ORCL' }, 'host'],
    ['no service', { ...oracle, host: 'db' }, 'database'],
    ['both ways at once', { ...oracle, host: 'db', database: 'ORCL', connectString: 'db/ORCL' }, 'connectString'],
    ['a port beside the connect string', { ...oracle, port: 1521, connectString: 'db/ORCL' }, 'connectString'],
    ['a configuration provider', { ...oracle, connectString: 'config-https://elsewhere' }, 'connectString'],
    ['a connect string for PostgreSQL', { ...oracle, kind: 'postgres', host: 'db', database: 'crm', connectString: 'db/crm' }, 'connectString'],
    ['PL/SQL for PostgreSQL', { ...oracle, kind: 'postgres', host: 'db', database: 'crm', limits: { allowPlSql: true } }, 'limits'],
    ['a wallet outside its folder', { ...oracle, connectString: 'A', wallet: '../secret' }, 'wallet'],
    ['a wallet that is the folder above', { ...oracle, connectString: 'A', wallet: '..' }, 'wallet'],
  ])('is refused with %s', (_, input, field) => expect(refusedField(input)).toBe(field));

  it('changes only what the change names', () => {
    expect(connectionChangeSchema.parse({ password: 'new' })).toEqual({ password: 'new' });
    expect(connectionChangeSchema.parse({ tls: null })).toEqual({ tls: null });
    expect(connectionChangeSchema.parse({ limits: { poolMax: 2 } })).toEqual({ limits: { poolMax: 2 } });
  });
});
