import { readGatewayConfig } from './gateway.config.js';
import { identityProviderOf } from './identity-provider.config.js';

const GIVEN = { NATS_URL: 'nats://u:p@127.0.0.1:4222', LOGS_DB_URL: 'postgres://tank_gateway:p@127.0.0.1/tank', TANK_SESSION_KEY: Buffer.alloc(32, 5).toString('base64') };
const PROVIDER = {
  OIDC_ISSUER: 'https://login.customer.example/realms/tank', OIDC_CLIENT_ID: 'tank', OIDC_CLIENT_SECRET: 'geheim',
  OIDC_REDIRECT_URI: 'http://localhost:3000/api/session/provider/callback', OIDC_ROLES: 'tank-admin=administrator, cn=ops,dc=x=operator',
};
const read = (env: Record<string, string>) => identityProviderOf(readGatewayConfig({ ...GIVEN, ...env }));

describe('settings of the identity provider', () => {
  it('are none unless they are given', () => {
    expect(read({})).toBeUndefined();
    expect(read({ OIDC_NAME: 'x', OIDC_CLIENT_SECRET: 'y' })).toBeUndefined();
  });

  it('say where it is, what we are called there, and who has which role', () => {
    expect(read({ ...PROVIDER, OIDC_ROLES: 'tank-admin=administrator, mail=ops=operator' })).toEqual({
      issuer: new URL(PROVIDER.OIDC_ISSUER), clientId: 'tank', clientSecret: 'geheim', redirectUri: new URL(PROVIDER.OIDC_REDIRECT_URI),
      scopes: 'openid profile email', roleClaim: 'roles', roles: { 'tank-admin': 'administrator', 'mail=ops': 'operator' }, name: 'Single sign-on',
    });
  });

  it.each(['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_REDIRECT_URI', 'OIDC_ROLES'])('are all of them or none: %s', (name) => {
    expect(() => read({ ...PROVIDER, OIDC_ROLES: 'a=viewer', [name]: '' })).toThrow(new RegExp(`${name} is missing`));
  });

  it.each([
    ['OIDC_ISSUER', 'http://login.customer.example'], ['OIDC_ISSUER', 'file:///etc'], ['OIDC_ISSUER', 'http://127.0.0.1.evil.example'], ['OIDC_ISSUER', 'login'],
    ['OIDC_ISSUER', 'https://login.customer.example?x=1'], ['OIDC_REDIRECT_URI', 'http://tank.customer.example/api/session/provider/callback'],
    ['OIDC_ROLES', 'tank-admin'], ['OIDC_ROLES', 'tank-admin=root'], ['OIDC_ROLES', PROVIDER.OIDC_ROLES], ['OIDC_SCOPES', 'profile'],
  ])('are not: %s=%s', (name, value) => {
    expect(() => read({ ...PROVIDER, OIDC_ROLES: 'a=viewer', [name]: value })).toThrow(new RegExp(`${name}: `));
  });
});
