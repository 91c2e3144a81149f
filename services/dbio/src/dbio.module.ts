import { Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { LogsDb } from '@tank/logs-db';
import { AutomationVersions, HEALTH_PROBES, Publisher, Requester, type HealthProbe } from '@tank/messaging';
import { ConnectionStore } from './adapters/connection-store.js';
import { openDbioDatabase } from './adapters/dbio-database.js';
import { openSource } from './adapters/open-source.js';
import { OpenSources } from './adapters/open-sources.js';
import type { OracleSettings } from './adapters/oracle/oracle-access.js';
import { publishSystemError } from './adapters/publish-system-error.js';
import { SchedulerManifest } from './adapters/scheduler-manifest.js';
import { PasswordSeal } from './adapters/sealed-password.js';
import type { SourceLimits } from './adapters/source-limits.js';
import { Alarms } from './alarms.js';
import { Connections } from './connections.js';
import { ConnectionsHandler } from './connections.handler.js';
import type { DbioConfig } from './dbio.config.js';
import { MapMail } from './map-mail.js';
import { MapMailHandler } from './map-mail.handler.js';
import { SelectTargets } from './select-targets.js';
import { SelectTargetsHandler } from './select-targets.handler.js';
import { TryQueries } from './try-queries.js';
import { TryQueriesHandler } from './try-queries.handler.js';
import { WriteBack } from './write-back.js';
import { WriteBackHandler } from './write-back.handler.js';

const HANDLERS = [ConnectionsHandler, TryQueriesHandler, SelectTargetsHandler, MapMailHandler, WriteBackHandler];

/** Lets go of the sources and of the database, after the last message is settled. */
@Injectable()
class LetGo implements OnApplicationShutdown {
  constructor(private readonly sources: OpenSources, private readonly database: LogsDb) {}

  async onApplicationShutdown(): Promise<void> {
    await this.sources.close();
    await this.database.close();
  }
}
@Module({})
export class DbioModule {
  /** @param stopping aborted when the process is told to stop, so that a long Target Query does not hold it up. */
  static with(config: DbioConfig, stopping: AbortSignal = new AbortController().signal): DynamicModule {
    return { module: DbioModule, controllers: HANDLERS, providers: [...adapters(config), ...useCases(config, stopping)] };
  }
}
function adapters(config: DbioConfig) {
  const settings = { limits: limitsOf(config), breaker: { resetMs: config.BREAKER_RESET_MS, volume: config.BREAKER_VOLUME }, oracle: oracleOf(config) };
  return [
    { provide: LogsDb, useFactory: () => openDbioDatabase(config.LOGS_DB_URL) },
    {
      provide: ConnectionStore,
      inject: [LogsDb],
      useFactory: async (database: LogsDb) => {
        const store = new ConnectionStore(database.dataSource, new PasswordSeal(config.TANK_SECRET_KEY));
        if (config.firstConnection) await store.put(config.firstConnection);
        return store;
      },
    },
    {
      provide: OpenSources,
      inject: [ConnectionStore],
      useFactory: (store: ConnectionStore) => new OpenSources(store, (connection, secrets) => openSource(connection, secrets, settings)),
    },
    { provide: LetGo, inject: [OpenSources, LogsDb], useFactory: (sources: OpenSources, database: LogsDb) => new LetGo(sources, database) },
    { provide: HEALTH_PROBES, inject: [LogsDb, OpenSources], useFactory: probes },
  ];
}

function useCases(config: DbioConfig, stopping: AbortSignal) {
  return [
    { provide: AutomationVersions, inject: [Requester], useFactory: (requester: Requester) => new AutomationVersions(requester) },
    { provide: Alarms, inject: [Publisher], useFactory: (publisher: Publisher) => new Alarms(publishSystemError(publisher)) },
    { provide: Connections, inject: [ConnectionStore, OpenSources], useFactory: (store: ConnectionStore, sources: OpenSources) => new Connections(store, sources) },
    { provide: TryQueries, inject: [OpenSources], useFactory: (sources: OpenSources) => new TryQueries(sources) },
    {
      provide: SelectTargets,
      inject: [AutomationVersions, OpenSources, Requester, Alarms],
      useFactory: (versions: AutomationVersions, sources: OpenSources, requester: Requester, alarms: Alarms) =>
        new SelectTargets(versions, sources, new SchedulerManifest(requester, config.MANIFEST_TIMEOUT_MS), alarms, stopping),
    },
    {
      provide: MapMail,
      inject: [AutomationVersions, OpenSources, Alarms],
      useFactory: (versions: AutomationVersions, sources: OpenSources, alarms: Alarms) => new MapMail(versions, sources, alarms),
    },
    {
      provide: WriteBack,
      inject: [AutomationVersions, OpenSources, Alarms],
      useFactory: (versions: AutomationVersions, sources: OpenSources, alarms: Alarms) => new WriteBack(versions, sources, alarms, config.UPDATE_GIVE_UP_AFTER_MS),
    },
  ];
}

/** A source that is down is degraded and not down: everything else goes on. */
function probes(database: LogsDb, sources: OpenSources): HealthProbe[] {
  return [
    {
      name: 'logs-db',
      check: async () => {
        await database.query('SELECT 1');
        return { status: 'ok', detail: null };
      },
    },
    {
      name: 'sources',
      check: async () => {
        const warnings = sources.warnings();
        if (warnings.length === 0) return { status: 'ok', detail: null };
        return { status: 'degraded', detail: warnings.map(([english]) => english).join(' '), detailKo: warnings.map(([, korean]) => korean).join(' ') };
      },
    },
  ];
}

function limitsOf(config: DbioConfig): SourceLimits {
  return {
    connectMs: config.SOURCE_CONNECT_MS,
    askMs: config.SOURCE_ASK_MS,
    fetchMs: config.SOURCE_FETCH_MS,
    lookUpMs: config.SOURCE_LOOK_UP_MS,
    updateMs: config.SOURCE_UPDATE_MS,
    poolSize: config.SOURCE_POOL_SIZE,
    tls: config.SOURCE_TLS,
  };
}

function oracleOf(config: DbioConfig): OracleSettings {
  return {
    clientMode: config.ORACLE_CLIENT_MODE,
    clientLibDir: config.ORACLE_CLIENT_LIB_DIR ?? null,
    tnsAdmin: config.TNS_ADMIN ?? null,
    walletDir: config.ORACLE_WALLET_DIR ?? null,
  };
}
