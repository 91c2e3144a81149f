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

  const SECRETS = [
    'scott/geheim@db/svc', 'scott@db', '@db', 'scott/geheim@(DESCRIPTION=(ADDRESS=(HOST=db)))', 'scott/(geheim@db', 'scott/g(eh)eim@tcps://db:2484/svc',
    '(DESCRIPTION=(SECURITY=(WALLET_PASSWORD=geheim)))', '(DESCRIPTION=(SECURITY=(Wallet_Password = "geheim two")))', '(DESCRIPTION=(PASSWORD\n=geheim))', '(SECURITY=(MY_PWD=geheim))',
    'tcps://db:2484/svc?wallet_location=/w&wallet_password=geheim', 'tcps://db/svc?passwd = geheim',
  ];
  it.each(SECRETS)('takes no secret within its connect string, which is stored and shown as it stands: %s', (connectString) => {
    const { issues } = connectionInputSchema.safeParse({ ...oracle, connectString }).error!;
    expect(issues.map(({ path }) => path)).toEqual([['connectString']]);
    expect(issues[0]!.message).toMatch(/stored unsealed and shown.*take.*out.*belong/);
    expect(issues[0]!.message).not.toContain('geheim');
  });

  it('says where the password of a wallet belongs', () => {
    expect(connectionInputSchema.safeParse({ ...oracle, connectString: '(SECURITY=(WALLET_PASSWORD=geheim))' }).error!.issues[0]!.message).toContain('walletPassword');
  });

  it.each([
    'CRM_PASSWORD', 'pwd.example:1521/password', 'tcps://db:2484/svc?ssl_server_dn_match=on&wallet_location=/w',
    '(DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)(HOST=db)(PORT=2484))(CONNECT_DATA=(SERVICE_NAME=password))(SECURITY=(SSL_SERVER_CERT_DN="CN=db,emailAddress=dba@db.example")))',
  ])('takes what only looks like a secret: %s', (connectString) => expect(connectionInputSchema.parse({ ...oracle, connectString })).toMatchObject({ connectString }));

  it('changes only what the change names', () => {
    expect(connectionChangeSchema.parse({ password: 'new' })).toEqual({ password: 'new' });
    expect(connectionChangeSchema.parse({ tls: null })).toEqual({ tls: null });
    expect(connectionChangeSchema.parse({ limits: { poolMax: 2 } })).toEqual({ limits: { poolMax: 2 } });
  });
});
