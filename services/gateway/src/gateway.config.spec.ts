import { readGatewayConfig } from './gateway.config.js';

const NATS_URL = 'nats://u:p@127.0.0.1:4222';

describe('settings of the gateway', () => {
  it('listens on this machine only, unless told otherwise', () => {
    expect(readGatewayConfig({ NATS_URL })).toMatchObject({ HOST: '127.0.0.1', PORT: 3000 });
    expect(readGatewayConfig({ NATS_URL, HOST: '::1', PORT: '0' })).toMatchObject({ HOST: '::1', PORT: 0 });
  });

  it.each(['0.0.0.0', '::', '10.1.2.3', 'tank.customer.example', '127.0.0.1.evil.example'])('refuses to start on %s, and says why', (HOST) => {
    expect(() => readGatewayConfig({ NATS_URL, HOST })).toThrow(/HOST: Tank has no accounts yet/);
  });

  it('takes no notice of a database it does not need yet', () => {
    expect(readGatewayConfig({ NATS_URL, LOGS_DB_URL: 'postgres://x' })).not.toHaveProperty('LOGS_DB_URL');
  });
});
