import { Module, type DynamicModule, type INestApplication, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { checkHealth, HEALTH_PROBES, Requester, type HealthProbe } from '@tank/messaging';
import { createLog } from '@tank/telemetry';
import type { Accounts } from './accounts/accounts.js';
import { makeFirstAdministrator } from './accounts/first-administrator.js';
import { AccountCleaner } from './adapters/account-cleaner.js';
import { CallRates } from './adapters/call-rates.js';
import { openGatewayDatabase, type GatewayDatabase } from './adapters/gateway-database.js';
import { openAccounts } from './adapters/open-accounts.js';
import { openRecords } from './adapters/open-records.js';
import { allHandlers } from './all-handlers.js';
import { BriefAnswers } from './brief-answers.js';
import type { GatewayConfig } from './gateway.config.js';
import { identityProviderOf } from './identity-provider.config.js';
import type { Services } from './handlers.js';
import { ApiServer } from './http/api-server.js';
import { limitConnections } from './http/connection-limits.js';
import { Edge, type EdgeConfig } from './http/edge.js';
import type { Records } from './records.js';
import { Sight } from './sight.js';

const MINUTE_MS = 60_000;
const log = createLog('gateway');

/** What opens before the first request and closes after the last. */
class GatewayParts implements OnApplicationBootstrap, OnApplicationShutdown {
  private constructor(private readonly db: GatewayDatabase, readonly accounts: Accounts, readonly records: Records, readonly probes: HealthProbe[], private readonly cleaner: AccountCleaner) {}

  static async open(config: GatewayConfig): Promise<GatewayParts> {
    const db = await openGatewayDatabase(config.LOGS_DB_URL);
    try {
      return await GatewayParts.#on(db, config);
    } catch (error) {
      await db.close();
      throw error;
    }
  }

  static async #on(db: GatewayDatabase, config: GatewayConfig): Promise<GatewayParts> {
    const records = openRecords(db, config.TANK_SESSION_KEY);
    const { accounts, users, passwords, probes } = openAccounts(db, {
      sessionKey: config.TANK_SESSION_KEY,
      limits: { idleMs: config.SESSION_IDLE_MINUTES * MINUTE_MS, lifeMs: config.SESSION_LIFE_MINUTES * MINUTE_MS },
      attemptsFromOneAddress: config.SIGN_IN_ATTEMPTS,
      plainPasswords: config.PLAIN_PASSWORDS,
      provider: identityProviderOf(config),
      settings: records.settings,
    });
    const first = await makeFirstAdministrator(users, passwords, { name: config.ADMIN_NAME, password: config.ADMIN_PASSWORD });
    if (first) log.info('accounts.first-administrator', { userId: first.userId });
    return new GatewayParts(db, accounts, records, probes, new AccountCleaner(db, records.audit, config.AUDIT_DAYS));
  }

  onApplicationBootstrap(): void {
    this.cleaner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cleaner.close();
    await this.db.close();
  }
}

export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      providers: [
        { provide: GatewayParts, useFactory: () => GatewayParts.open(config) },
        { provide: Edge, inject: [GatewayParts], useFactory: ({ records }: GatewayParts) => new Edge(edgeConfig(config), records.settings, new CallRates()) },
        { provide: ApiServer, inject: [Requester, GatewayParts, Edge], useFactory: (requester: Requester, parts: GatewayParts, edge: Edge) => apiServer(new BriefAnswers(requester), parts, edge) },
        { provide: HEALTH_PROBES, inject: [GatewayParts], useFactory: ({ probes }: GatewayParts) => probes },
      ],
      exports: [HEALTH_PROBES],
    };
  }
}
Module({})(GatewayModule);

function edgeConfig({ TRUSTED_PROXIES, ALLOWED_HOSTS }: GatewayConfig): EdgeConfig {
  return { trustedProxies: TRUSTED_PROXIES ?? [], allowedHosts: ALLOWED_HOSTS ?? [] };
}

function apiServer(services: Services, { accounts, records, probes }: GatewayParts, edge: Edge): ApiServer {
  const sight = new Sight(services, accounts.groups);
  return new ApiServer(allHandlers(services, accounts, records, sight, () => checkHealth('gateway', probes)), accounts, sight, records.trail, edge);
}

/** Puts the API in front of Nest's own routes and its body parser: limits and refusals are the API's. */
export function serveApi(app: INestApplication): void {
  const edge = app.get(Edge);
  limitConnections(app.getHttpServer(), (address) => edge.isProxy(address));
  app.getHttpAdapter().getInstance().disable('x-powered-by');
  app.use(app.get(ApiServer).middleware);
}
