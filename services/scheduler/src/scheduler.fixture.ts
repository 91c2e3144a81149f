import { setTimeout as pause } from 'node:timers/promises';
import type { Actor, Automation, AutomationChange, AutomationDefinition, AutomationVersion, MailDue, MailLogged, MailStopped, Message, Outcome, Row, Run } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createLog } from '@tank/telemetry';
import { PgAnnouncementStore } from './adapters/announcement-store.js';
import { PgAutomationStore } from './adapters/automation-store.js';
import { PgDispatchStore } from './adapters/dispatch-store.js';
import { PgFiringStore } from './adapters/firing-store.js';
import { PgGroupReader } from './adapters/group-reader.js';
import { Leadership } from './adapters/leadership.js';
import { PgManifestStore } from './adapters/manifest-store.js';
import { PgResendStore } from './adapters/resend-store.js';
import { PgRunControl } from './adapters/run-control.js';
import { PgRunStarter } from './adapters/run-starter.js';
import { PgRunStore } from './adapters/run-store.js';
import { PgScheduleStore } from './adapters/schedule-store.js';
import { PgSettleStore } from './adapters/settle-store.js';
import { Announce } from './announce.js';
import { Automations } from './automations.js';
import { ControlRun } from './control-run.js';
import { DispatchMails } from './dispatch-mails.js';
import { FireSchedules } from './fire-schedules.js';
import { Groups } from './groups.js';
import { WriteManifest } from './manifest.js';
import { ReleaseVersion } from './release-version.js';
import { ResendMails } from './resend-mails.js';
import { Runs } from './runs.js';
import { Schedules } from './schedules.js';
import { SettleMails, type SettleResult } from './settle-mails.js';
import { StartRun } from './start-run.js';
import { StartWaitingRuns } from './start-waiting-runs.js';

const silent = createLog('scheduler', () => undefined);
const nothing = () => undefined;

export const AUTHOR: Actor = { userId: '00000000-0000-4000-8000-0000000000a1', name: 'author' };
/** Without having looked. */
export const WHATEVER_IT_IS = { revision: null, by: AUTHOR };

/** The first hundred of a list, oldest first. */
export const OLDEST = { limit: 100, after: null, sort: 'createdAt' };

/** A definition that can be activated. */
export const COMPLETE_DEFINITION: Partial<AutomationDefinition> = {
  connectionId: '00000000-0000-4000-8000-000000000001',
  recipient: { keyColumn: 'customer_id', addressColumn: 'email' },
  sender: { address: 'statement@bank.example' },
  target: { sql: 'SELECT 1', columns: [], checkedAt: '2026-11-20T00:00:00.000Z' },
  template: { format: 'html', subject: '안내', body: '<p>{{name}}</p>', defaults: {}, htmlColumns: [] },
};

interface Settings {
  window: number;
  redispatchAfterMs: number;
  stopGraceMs: number;
  selectAgainAfterMs: number;
}

/** One scheduler on a real database, whose loops a test turns by hand and whose road keeps what is published. */
export class SchedulerFixture {
  readonly published: Message[] = [];
  /** What publishing the next messages fails with. */
  publishError?: Error;
  tooLarge = (_message: Message) => false;
  readonly contradicted: SettleResult['contradicted'] = [];
  readonly settings: Settings;
  readonly leadership: Leadership;
  readonly automations: Automations;
  readonly release: ReleaseVersion;
  readonly groups: Groups;
  readonly schedules: Schedules;
  readonly runs: Runs;
  readonly startRun: StartRun;
  readonly resends: ResendMails;
  readonly control: ControlRun;
  readonly manifest: WriteManifest;
  readonly settle: SettleMails;
  readonly fire: FireSchedules;
  readonly startWaiting: StartWaitingRuns;
  readonly announce: Announce;
  readonly dispatch: DispatchMails;
  readonly announcements: PgAnnouncementStore;

  constructor(readonly db: LogsDb, holder: string, settings: Partial<Settings> = {}) {
    this.settings = { window: 200, redispatchAfterMs: 120_000, stopGraceMs: 0, selectAgainAfterMs: 120_000, ...settings };
    this.leadership = new Leadership(db, { holder, leaseMs: 60_000 }, silent);
    this.automations = new Automations(new PgAutomationStore(db));
    this.release = new ReleaseVersion(new PgAutomationStore(db));
    this.groups = new Groups(new PgGroupReader(db));
    this.schedules = new Schedules(new PgScheduleStore(db));
    this.runs = new Runs(new PgRunStore(db));
    this.startRun = new StartRun(new PgRunStarter(db), nothing);
    this.resends = new ResendMails(new PgResendStore(db), nothing);
    this.control = new ControlRun(new PgRunControl(db), nothing);
    this.manifest = new WriteManifest(new PgManifestStore(db), nothing, { chunkWaitMs: 1000, pause });
    this.settle = new SettleMails(new PgSettleStore(db), { changed: nothing, runEnded: nothing, contradicted: (mail) => this.contradicted.push(mail) });
    this.fire = new FireSchedules(new PgFiringStore(db));
    const publish = async (message: Message) => {
      if (this.publishError) throw this.publishError;
      this.published.push(message);
    };
    const dispatch = async (message: MailDue | MailStopped) => {
      if (this.tooLarge(message)) return 'too-large' as const;
      await publish(message);
      return 'stored' as const;
    };
    this.startWaiting = new StartWaitingRuns(new PgRunStore(db), { open: () => null }, nothing);
    this.announcements = new PgAnnouncementStore(db);
    this.announce = new Announce(this.announcements, { publish }, this.settings);
    this.dispatch = new DispatchMails(new PgDispatchStore(db), { dispatch }, { ...this.settings, window: () => this.settings.window }, nothing);
  }

  /** Takes the lead, whoever had it, as when that one's lease has run out. */
  async lead(): Promise<number> {
    await this.db.query(`UPDATE leadership SET lease_until = clock_timestamp() - interval '1 s'`);
    this.leadership.lost();
    await this.leadership.turn();
    return this.epoch();
  }

  epoch(): number {
    const epoch = this.leadership.current();
    if (epoch === undefined) throw new Error('This scheduler does not lead.');
    return epoch;
  }

  /** Every duty of the leader once. */
  async turn(): Promise<void> {
    await this.fire.fireDue(this.epoch());
    await this.startWaiting.startAll(this.epoch());
    await this.announce.pass(this.epoch());
    await this.dispatch.pass(this.epoch());
  }

  create(definition: Partial<AutomationDefinition> = {}): Promise<Automation> {
    return this.automations.create({ name: '월말 명세서', description: '', definition, schedules: [], by: AUTHOR });
  }

  async changeDraft(automationId: string, change: AutomationChange): Promise<AutomationVersion> {
    return (await this.automations.changeDraft(automationId, WHATEVER_IT_IS, { change })).version;
  }

  async activate(automationId: string): Promise<AutomationVersion> {
    return (await this.release.activate(automationId, WHATEVER_IT_IS, false)).version;
  }

  async activeAutomation(change: Partial<AutomationDefinition> = {}): Promise<string> {
    const { automationId } = await this.create({ ...COMPLETE_DEFINITION, ...change });
    await this.activate(automationId);
    return automationId;
  }

  async run(automationId: string, idempotencyKey: string): Promise<Run> {
    return this.startRun.start({ automationId, idempotencyKey, businessDate: null, timeZone: 'Asia/Seoul' });
  }

  /** A run that has started and whose manifest is closed with these rows. */
  async runWith(rows: Row[], change: Partial<AutomationDefinition> = {}): Promise<Run> {
    const run = await this.run(await this.activeAutomation(change), 'key');
    await this.startWaiting.startAll(this.epoch());
    await this.write(run.runId, rows);
    return this.runs.get(run.runId);
  }

  async write(runId: string, rows: Row[]): Promise<void> {
    const { attempt } = await this.manifest.open(runId);
    if (rows.length > 0) await this.manifest.append({ runId, attempt, sequence: 0, rows });
    await this.manifest.close(runId, attempt, rows.length);
  }

  /** Takes what was published since the last time. */
  taken<T extends Message['type']>(...types: T[]): Extract<Message, { type: T }>[] {
    const found = this.published.filter((message) => (types as string[]).includes(message.type)) as Extract<Message, { type: T }>[];
    found.forEach((message) => this.published.splice(this.published.indexOf(message), 1));
    return found;
  }

  /** The rest of the road, for these mails. */
  async logged(mails: (MailDue | MailStopped)[], outcome: Outcome = 'SENT'): Promise<void> {
    await this.settle.complete(mails.map((mail) => mailLogged(mail, outcome)));
  }
}

export function mailLogged({ mailId, runId, row, dispatch }: Pick<MailDue, 'mailId' | 'runId' | 'row' | 'dispatch'>, outcome: Outcome): MailLogged {
  return { v: 1, type: 'MailLogged', mailId, runId, row, dispatch, outcome };
}

/** Rows of so many customers. */
export function customers(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => ({ customer_id: `C${at + 1}`, email: `c${at + 1}@customer.example` }));
}

/** Everything but the lead. */
export async function forgetAll(db: LogsDb): Promise<void> {
  await db.query('TRUNCATE automation, automation_version, schedule, missed_firing, run, manifest_row, notice');
}
