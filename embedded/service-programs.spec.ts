import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from './environment.ts';
import type { RolePasswords } from './logs-db-roles.ts';
import { serviceEnvironment, TUNING } from './service-programs.ts';

const parts = {
  logsDbUrl: 'postgres://admin:x@127.0.0.1:5432/tank', rolePasswords: {} as RolePasswords, natsUrl: 'nats://127.0.0.1:4222', natsPrefix: 'tank',
  ses: { endpoint: 'http://127.0.0.1:8005', region: 'r', accessKey: 'a', secretKey: 's' }, fileRootPath: '/files',
  customer: { host: '127.0.0.1', port: 5432, name: 'demo', user: 'demo', password: 'x', url: '' }, secretKey: 'k', sessionKey: 'k', administrator: { name: 'admin', password: 'p' }, port: 3000, logLevel: 'info', inherited: {},
};

describe.each(SERVICES)('what npm start gives to %s', (service) => {
  const config = readFileSync(join(import.meta.dirname, '../services', service, `src/${service}.config.ts`), 'utf8');
  const known = [...config.matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name!);

  it('is every setting that the service knows, or may be handed on from the environment', () => {
    const given = [...Object.keys(serviceEnvironment(service, parts)), ...TUNING[service]];
    expect(known.filter((name) => !given.includes(name))).toEqual([]);
  });

  it('is no setting that the service does not know', () => {
    const common = ['NATS_URL', 'NATS_PREFIX', 'HEALTH_PORT', 'LOG_LEVEL', 'OTEL_SERVICE_NAME'];
    const surplus = [...Object.keys(serviceEnvironment(service, parts)), ...TUNING[service]].filter((name) => !known.includes(name) && !common.includes(name));
    expect(surplus).toEqual([]);
  });
});
