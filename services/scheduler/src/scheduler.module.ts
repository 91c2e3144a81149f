import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Module, type DynamicModule } from '@nestjs/common';
import { LogsDb } from '@tank/logs-db';
import { HEALTH_PROBES, Publisher, Requester, type HealthProbe } from '@tank/messaging';
import { createLog } from '@tank/telemetry';
import { AccountRate } from './adapters/account-rate.js';
import { PgAnnouncementStore } from './adapters/announcement-store.js';
import { PgAutomationStore } from './adapters/automation-store.js';
import { PgDispatchStore } from './adapters/dispatch-store.js';
import { PgFiringStore } from './adapters/firing-store.js';
import { PgGroupReader } from './adapters/group-reader.js';
import { Leadership, LeadershipLost } from './adapters/leadership.js';
import { PgManifestStore } from './adapters/manifest-store.js';
import { Road } from './adapters/road.js';
import { PgResendStore } from './adapters/resend-store.js';
import { PgRunControl } from './adapters/run-control.js';
import { PgRunStarter } from './adapters/run-starter.js';
import { PgRunStore } from './adapters/run-store.js';
import { PgScheduleStore } from './adapters/schedule-store.js';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { PgSettleStore } from './adapters/settle-store.js';
import { PgValuesStore } from './adapters/values-store.js';
import { Announce } from './announce.js';
import { AutomationsHandler } from './automations.handler.js';
import { Automations } from './automations.js';
import { Bell } from './bell.js';
import { ControlRun } from './control-run.js';
import { DispatchMails } from './dispatch-mails.js';
import { EraseValues } from './erase-values.js';
import { FireSchedules } from './fire-schedules.js';
import { GroupsHandler } from './groups.handler.js';
import { Groups } from './groups.js';
import { Lead } from './lead.js';
import { ManifestHandler } from './manifest.handler.js';
import { WriteManifest } from './manifest.js';
import { ReleaseVersion } from './release-version.js';
import { ResendMails } from './resend-mails.js';
import { RunsHandler } from './runs.handler.js';
import { Runs } from './runs.js';
import type { SchedulerConfig } from './scheduler.config.js';
import { SchedulesHandler } from './schedules.handler.js';
import { Schedules } from './schedules.js';
import { windowFor } from './share-window.js';
import { SettleMailsHandler } from './settle-mails.handler.js';
import { SettleMails } from './settle-mails.js';
import { StartRun } from './start-run.js';
import { StartWaitingRuns } from './start-waiting-runs.js';

const log = createLog('scheduler');
/** Two chunks of one manifest are on their way at a time; the later one waits so long for the earlier. */
const CHUNK_WAIT_MS = 3_000;

const HANDLERS = [AutomationsHandler, GroupsHandler, SchedulesHandler, RunsHandler, ManifestHandler, SettleMailsHandler];

@Module({})
export class SchedulerModule {
  static with(config: SchedulerConfig): DynamicModule {
    return { module: SchedulerModule, controllers: HANDLERS, providers: [...adapters(config), ...useCases(), ...duties(config)] };
  }
}

function adapters(config: SchedulerConfig) {
  return [
    { provide: LogsDb, useFactory: () => openSchedulerDatabase(config.LOGS_DB_URL) },
    { provide: Road, inject: [Publisher], useFactory: (publisher: Publisher) => new Road(publisher) },
    { provide: Bell, useFactory: () => new Bell() },
    { provide: HEALTH_PROBES, inject: [LogsDb], useFactory: (db: LogsDb) => [logsDbProbe(db)] },
  ];
}

/** What is asked of the scheduler, and what comes back from the road: any replica does it. */
function useCases() {
  return [
    { provide: Automations, inject: [LogsDb], useFactory: (db: LogsDb) => new Automations(new PgAutomationStore(db)) },
    { provide: ReleaseVersion, inject: [LogsDb], useFactory: (db: LogsDb) => new ReleaseVersion(new PgAutomationStore(db)) },
    { provide: Groups, inject: [LogsDb], useFactory: (db: LogsDb) => new Groups(new PgGroupReader(db)) },
    { provide: Schedules, inject: [LogsDb], useFactory: (db: LogsDb) => new Schedules(new PgScheduleStore(db)) },
    { provide: Runs, inject: [LogsDb], useFactory: (db: LogsDb) => new Runs(new PgRunStore(db)) },
    { provide: ResendMails, inject: [LogsDb, Bell], useFactory: (db: LogsDb, bell: Bell) => new ResendMails(new PgResendStore(db), () => bell.ring('clock', 'announce')) },
    {
      provide: ControlRun,
      inject: [LogsDb, Bell],
      useFactory: (db: LogsDb, bell: Bell) => new ControlRun(new PgRunControl(db), () => bell.ring('clock', 'announce', 'dispatch')),
    },
    { provide: StartRun, inject: [LogsDb, Bell], useFactory: (db: LogsDb, bell: Bell) => new StartRun(new PgRunStarter(db), () => bell.ring('clock', 'announce')) },
    {
      provide: WriteManifest,
      inject: [LogsDb, Bell],
      useFactory: (db: LogsDb, bell: Bell) => new WriteManifest(new PgManifestStore(db), () => bell.ring('dispatch', 'announce', 'clock'), { chunkWaitMs: CHUNK_WAIT_MS, pause }),
    },
    { provide: SettleMails, inject: [LogsDb, Bell], useFactory: (db: LogsDb, bell: Bell) => new SettleMails(new PgSettleStore(db), settleTold(bell)) },
  ];
}

/** What only the leader does. */
function duties(config: SchedulerConfig) {
  return [
    { provide: AccountRate, inject: [Requester], useFactory: (requester: Requester) => new AccountRate(requester) },
    { provide: Lead, inject: [LogsDb, Bell, Road, AccountRate], useFactory: (db: LogsDb, bell: Bell, road: Road, rate: AccountRate) => lead(config, db, bell, road, rate) },
  ];
}

function lead(config: SchedulerConfig, db: LogsDb, bell: Bell, road: Road, rate: AccountRate): Lead {
  const announcements = new PgAnnouncementStore(db);
  const fire = new FireSchedules(new PgFiringStore(db));
  const start = new StartWaitingRuns(new PgRunStore(db), road, () => bell.ring('announce'));
  const window = () => windowFor(rate.perSecond(), config.WINDOW);
  const dispatchSettings = { window, redispatchAfterMs: config.REDISPATCH_AFTER_MS, stopGraceMs: config.STOP_GRACE_MS };
  const dispatch = new DispatchMails(new PgDispatchStore(db), road, dispatchSettings, () => bell.ring('clock', 'announce'));
  const announce = new Announce(announcements, road, { selectAgainAfterMs: config.SELECT_AGAIN_AFTER_MS, redispatchAfterMs: config.REDISPATCH_AFTER_MS });
  const erase = new EraseValues(new PgValuesStore(db), config.MANIFEST_VALUES_DAYS);
  const clock = async (epoch: number) => {
    const hasMore = await fire.fireDue(epoch);
    await start.startAll(epoch);
    return hasMore;
  };
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const leadership = new Leadership(db, { holder, leaseMs: config.LEADER_LEASE_MS }, log, async () => {
    await announcements.tellRunsAgain();
    bell.ring('clock', 'dispatch', 'announce');
  });
  return new Lead(leadership, { clock, dispatch: (epoch) => dispatch.pass(epoch), announce: (epoch) => announce.pass(epoch) }, () => erase.pass(), bell, {
    hasPublishedAll: () => dispatch.hasPublishedAll() && announce.hasPublishedAll(),
    isLeadershipLost: (error) => error instanceof LeadershipLost,
    failed: (duty, error) => log.error(`${duty}.pass`, error),
    stopped: () => db.close(),
  });
}

function settleTold(bell: Bell) {
  return {
    changed: () => bell.ring('dispatch', 'announce'),
    runEnded: () => bell.ring('clock'),
    contradicted: ({ runId, row, outcome, told }: { runId: string; row: number; outcome: string; told: string }) =>
      log.error('mail.contradicted', new Error(`The mail is settled as ${outcome}; a message says ${told}. The first stands.`), { runId, row }),
  };
}

function logsDbProbe(db: LogsDb): HealthProbe {
  return {
    name: 'logs-db',
    check: async () => {
      await db.query('SELECT 1');
      return { status: 'ok', detail: null };
    },
  };
}
