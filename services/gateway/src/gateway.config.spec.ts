import { readGatewayConfig } from './gateway.config.js';

const KEY = Buffer.alloc(32, 5);
const GIVEN = { NATS_URL: 'nats://u:p@127.0.0.1:4222', LOGS_DB_URL: 'postgres://tank_gateway:p@127.0.0.1/tank', TANK_SESSION_KEY: KEY.toString('base64') };

describe('settings of the gateway', () => {
  it('listens on this machine only, unless told otherwise', () => {
    expect(readGatewayConfig(GIVEN)).toMatchObject({ HOST: '127.0.0.1', PORT: 3000 });
    expect(readGatewayConfig({ ...GIVEN, HOST: '::1', PORT: '0' })).toMatchObject({ HOST: '::1', PORT: 0 });
  });

  it.each(['0.0.0.0', '::', '10.1.2.3'])('refuses to start on %s without a proxy before it, and says why', (HOST) => {
    expect(() => readGatewayConfig({ ...GIVEN, HOST })).toThrow(/HOST: Tank speaks plain HTTP.*TRUSTED_PROXIES/);
    expect(readGatewayConfig({ ...GIVEN, HOST, TRUSTED_PROXIES: '10.1.2.4' }).HOST).toBe(HOST);
  });

  it.each(['tank.customer.example', '127.0.0.1.evil.example'])('refuses to start on %s, which is no address', (HOST) => {
    expect(() => readGatewayConfig({ ...GIVEN, HOST, TRUSTED_PROXIES: '10.1.2.4' })).toThrow(/HOST: Expected an address/);
  });

  it('takes proxies and names with commas between them', () => {
    expect(readGatewayConfig({ ...GIVEN, TRUSTED_PROXIES: '10.1.2.4, 172.16.0.0/12,2001:db8::1', ALLOWED_HOSTS: ' Tank.example ,tank' })).toMatchObject({
      TRUSTED_PROXIES: ['10.1.2.4', '172.16.0.0/12', '2001:db8::1'], ALLOWED_HOSTS: ['tank.example', 'tank'],
    });
    expect(readGatewayConfig(GIVEN)).toMatchObject({ TRUSTED_PROXIES: undefined, ALLOWED_HOSTS: undefined });
  });

  it.each([{ TRUSTED_PROXIES: 'nginx' }, { TRUSTED_PROXIES: '10.0.0.0/33' }, { TRUSTED_PROXIES: ',' }, { TRUSTED_PROXIES: '10.0.0.1', ALLOWED_HOSTS: 'https://tank.example' }, { ALLOWED_HOSTS: 'tank.example' }])('refuses %j', (given) => {
    expect(() => readGatewayConfig({ ...GIVEN, ...given })).toThrow(/TRUSTED_PROXIES|ALLOWED_HOSTS/);
  });

  it('takes a key of 32 bytes, and says how to make one', () => {
    expect(readGatewayConfig(GIVEN).TANK_SESSION_KEY).toEqual(KEY);
    expect(() => readGatewayConfig({ ...GIVEN, TANK_SESSION_KEY: 'short' })).toThrow(/TANK_SESSION_KEY: .*openssl rand -base64 32/);
    expect(() => readGatewayConfig({ ...GIVEN, TANK_SESSION_KEY: '' })).toThrow(/TANK_SESSION_KEY is missing.*openssl rand -base64 32/);
  });

  it('has an administrator to make only where a password is given, which is never told', () => {
    expect(readGatewayConfig(GIVEN)).toMatchObject({ ADMIN_NAME: 'admin', ADMIN_PASSWORD: undefined });
    expect(readGatewayConfig({ ...GIVEN, ADMIN_NAME: 'Kim', ADMIN_PASSWORD: 'a long enough one' })).toMatchObject({ ADMIN_NAME: 'kim', ADMIN_PASSWORD: 'a long enough one' });
    expect(() => readGatewayConfig({ ...GIVEN, ADMIN_PASSWORD: 'geheim' })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('geheim') }));
  });
});
