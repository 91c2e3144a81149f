import type { Health } from '@tank/contracts';
import type { HandlersOf, Services } from './handlers.js';
import { describeApi } from './http/openapi.js';
import { statusOfAll, WatchHealth } from './watch-health.js';

export function healthHandlers(services: Services, ownHealth: () => Promise<Health>): HandlersOf<'getHealth' | 'getHealthDetail' | 'getOpenApi'> {
  const health = new WatchHealth(services, ownHealth);
  const description = describeApi();
  return {
    getHealth: async () => {
      const down = (await health.all()).filter(({ status }) => status === 'down').map(({ service }) => service);
      return down.length === 0 ? { status: 200, body: { status: 'ok' } } : { status: 503, body: { status: 'down', services: down } };
    },
    getHealthDetail: async () => {
      const all = await health.all();
      return { status: 200, body: { status: statusOfAll(all), services: all } };
    },
    getOpenApi: async () => ({ status: 200, body: description }),
  };
}
