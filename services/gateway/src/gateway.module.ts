import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { HEALTH_PROBES, Requester } from '@tank/messaging';
import { allHandlers } from './all-handlers.js';
import type { Services } from './handlers.js';
import { ApiServer } from './http/api-server.js';

@Module({})
export class GatewayModule {
  static with(): DynamicModule {
    return {
      module: GatewayModule,
      providers: [
        { provide: ApiServer, inject: [Requester], useFactory: (services: Services) => new ApiServer(allHandlers(services)) },
        // What it needs is NATS, which is probed for every service.
        { provide: HEALTH_PROBES, useValue: [] },
      ],
      exports: [HEALTH_PROBES],
    };
  }
}

/** Puts the API in front of Nest's own routes and its body parser: limits and refusals are the API's. */
export function serveApi(app: INestApplication): void {
  app.getHttpAdapter().getInstance().disable('x-powered-by');
  app.use(app.get(ApiServer).middleware);
}
