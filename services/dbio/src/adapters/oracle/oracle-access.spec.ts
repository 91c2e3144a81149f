import { describe, expect, it } from '@jest/globals';
import { connectionLimitsSchema, DEFAULT_GROUP, type Connection } from '@tank/contracts';
import type { SourceLimits } from '../source-limits.js';
import { accessTo, type OracleAccess, type OracleSettings } from './oracle-access.js';

const CONNECTION: Connection = {
  connectionId: '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11', groupId: DEFAULT_GROUP, name: 'customers', kind: 'oracle', host: 'db.example', port: null, database: 'CRM', connectString: null,
  tls: null, wallet: null, user: 'TANK', timeZone: 'Asia/Seoul', limits: connectionLimitsSchema.parse({}), createdAt: '2026-11-20T00:00:00.000Z', revision: 1,
};
const SETTINGS: OracleSettings = { clientMode: 'thin', clientLibDir: null, tnsAdmin: null, walletDir: null };
const LIMITS: SourceLimits = { connectMs: 3_000, askMs: 1, fetchMs: 1, lookUpMs: 1, updateMs: 1, poolSize: 4, tls: 'off' };

interface Given {
  connection?: Partial<Connection>;
  settings?: Partial<OracleSettings>;
  limits?: Partial<SourceLimits>;
  walletPassword?: string | null;
}
const access = ({ connection, settings, limits, walletPassword = null }: Given = {}): OracleAccess => (
  accessTo({ ...CONNECTION, ...connection }, { password: 'pa55', walletPassword }, { ...SETTINGS, ...settings }, { ...LIMITS, ...limits }));

describe('access to an Oracle database', () => {
  it('is by host, port and service; the port is 1521 unless told', () => {
    expect(access()).toMatchObject({ user: 'TANK', password: 'pa55', connectString: 'tcp://db.example:1521/CRM', sessionTimeZone: 'Asia/Seoul', poolMax: 4, connectMs: 3_000, thick: null });
    expect(access({ connection: { port: 1522 } }).connectString).toBe('tcp://db.example:1522/CRM');
    expect(access({ connection: { host: 'fd00::1' } }).connectString).toBe('tcp://[fd00::1]:1521/CRM');
  });

  it.each([['off', 'tcp', false], ['on', 'tcps', false], ['verify', 'tcps', true]] as const)('with TLS %s speaks %s, and minds the host of the certificate: %s', (tls, protocol, matchesHostName) => {
    expect(access({ limits: { tls } })).toMatchObject({ connectString: `${protocol}://db.example:1521/CRM`, matchesHostName });
  });

  it.each(['CRM_ALIAS', 'db.example:1521/CRM', '(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=a)(PORT=1521))(CONNECT_DATA=(SID=CRM)))'])('takes a connect string as it is: %s', (connectString) => {
    expect(access({ connection: { host: null, port: null, database: null, connectString }, settings: { tnsAdmin: '/etc/tns' } })).toMatchObject({ connectString, configDir: '/etc/tns' });
  });

  it('finds a wallet below the folder of the settings', () => {
    expect(access({ connection: { wallet: 'crm' }, settings: { walletDir: '/wallets' }, walletPassword: 'w' })).toMatchObject({ walletLocation: '/wallets/crm', walletPassword: 'w' });
    expect(access({ settings: { walletDir: '/wallets' } })).toMatchObject({ walletLocation: undefined, walletPassword: undefined });
  });

  it('is by the client libraries where the settings want them', () => {
    expect(access({ settings: { clientMode: 'thick', clientLibDir: '/opt/oracle' } }).thick).toEqual({ libDir: '/opt/oracle' });
    expect(access({ settings: { clientMode: 'thick' } }).thick).toEqual({ libDir: undefined });
  });

  it.each([
    ['customers', 'customers'],
    ['가'.repeat(30), '가'.repeat(21)],
    ['a'.repeat(62) + '𝒳', 'a'.repeat(62)],
  ])('shows a DBA the name of the connection, whole characters in 64 bytes: %s', (name, clientIdentifier) => {
    expect(access({ connection: { name } }).clientIdentifier).toBe(clientIdentifier);
  });

  it('can be handed to a thread', () => {
    expect(structuredClone(access())).toEqual(access());
  });
});
