import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { automationDefinitionSchema, Refused, type Answer, type Given, type MailRendered, type MailSettled, type MailStopped, type RunStatus } from '@tank/contracts';
import { AutomationVersions } from '@tank/messaging';
import { composeMime } from '../src/adapters/compose-mime.js';
import { FileRoot } from '../src/adapters/file-root.js';
import { MailSeal } from '../src/adapters/mail-seal.js';
import { RunStatuses, SendingRules } from '../src/adapters/scheduler-requests.js';
import { openSenderDatabase, type SenderDatabase } from '../src/adapters/sender-database.js';
import { SentFilesOnRoot } from '../src/adapters/sent-files.js';
import { SentLedger } from '../src/adapters/sent-ledger.js';
import { SentMailStore } from '../src/adapters/sent-mail-store.js';
import { createSesClient, SesChannel } from '../src/adapters/ses-channel.js';
import { SharedRate } from '../src/adapters/shared-rate.js';
import { PrepareMail } from '../src/prepare-mail.js';
import { SendMail, type Channel } from '../src/send-mail.js';
import { SendTest } from '../src/send-test.js';
import { SettleAnswer } from '../src/settle-answer.js';
import { RESEND_AFTER_MS, SettleFromLedger } from '../src/settle-from-ledger.js';
import { ShowSentMail } from '../src/show-sent-mail.js';
import { StopMail } from '../src/stop-mail.js';

export interface TestSettings {
  dbUrl: string;
  sesUrl: string;
  fileRoot?: string;
  account?: string;
  maxPerSecond?: number;
  max24h?: number;
  callTimeoutMs?: number;
  deadlineMs?: number;
  resendAfterMs?: number;
  resendWhenInDoubt?: boolean;
  runStatus?: () => RunStatus | null;
  configurationSet?: string;
  /** 90 unless told. */
  sentMailDays?: number;
  secretKey?: Buffer;
  /** What the scheduler says when it is asked for a mail that the ledger does not have; absent: that there is none. */
  runMadeAt?: (mailId: string) => Date;
  channel?: (real: SesChannel) => Channel;
}

/** A sender as the module wires it, with a scheduler that answers from memory. */
export class SenderUnderTest {
  private constructor(
    readonly db: SenderDatabase, readonly ledger: SentLedger, readonly rate: SharedRate, readonly channel: SesChannel,
    readonly sendMail: SendMail, readonly stopMail: StopMail, readonly sentMails: ShowSentMail, readonly sendTest: SendTest,
  ) {}

  static async start(settings: TestSettings): Promise<SenderUnderTest> {
    const db = await openSenderDatabase(settings.dbUrl, 5);
    const callTimeoutMs = settings.callTimeoutMs ?? 1_000;
    const client = createSesClient({ region: 'ap-northeast-2', accessKey: 'TESTKEY', secretKey: 'test', endpoint: settings.sesUrl, callTimeoutMs, concurrency: 50 });
    const channel = new SesChannel(client, callTimeoutMs);
    const rate = new SharedRate(db, settings.account ?? 'test', { maxPerSecond: settings.maxPerSecond ?? 1_000, max24h: settings.max24h ?? null });
    await rate.open();
    const ledger = new SentLedger(db, settings.resendAfterMs ?? RESEND_AFTER_MS);
    const known = new SettleFromLedger(ledger, settings.deadlineMs ?? 60_000);
    const used = settings.channel?.(channel) ?? channel;
    const requester = fakeScheduler(settings);
    const runs = new RunStatuses(requester);
    const files = new FileRoot(settings.fileRoot ?? '/nowhere');
    const mails = new PrepareMail(files, composeMime);
    const days = { ledger: 90, sentMails: settings.sentMailDays ?? 90 };
    const { seal, open } = new MailSeal(settings.secretKey ?? Buffer.alloc(32, 7));
    const sendMail = new SendMail(
      ledger, known, new SendingRules(new AutomationVersions(requester)), mails, days.sentMails === 0 ? () => null : seal, rate, runs, used,
      new SettleAnswer(ledger, known, rate, used, { now: () => new Date(), sleep: (ms) => sleep(ms) }),
    );
    const sentMails = new ShowSentMail(ledger, new SentMailStore(db), open, new SentFilesOnRoot(files), { runMadeAt: async (mailId) => runMadeAt(settings, mailId) }, days);
    const sendTest = new SendTest(mails, rate, used, { monotonicMs: () => performance.now(), sleep: (ms) => sleep(ms, undefined, { ref: false }) });
    return new SenderUnderTest(db, ledger, rate, channel, sendMail, new StopMail(ledger, known, runs), sentMails, sendTest);
  }

  send(message: MailRendered): Promise<Given<'send'>[]> {
    return this.sendMail.send(message);
  }

  async stop(message: MailStopped): Promise<MailSettled | undefined> {
    return (await this.stopMail.stop(message))[0];
  }

  async close(): Promise<void> {
    this.channel.close();
    await this.db.close();
  }
}

function runMadeAt({ runMadeAt: known }: TestSettings, mailId: string): Date {
  if (!known) throw new Refused('NOT_FOUND', [`There is no mail ${mailId}.`, `메일 ${mailId}이(가) 없습니다.`], 'mailId');
  return known(mailId);
}

function fakeScheduler({ runStatus, resendWhenInDoubt, configurationSet }: TestSettings): ConstructorParameters<typeof RunStatuses>[0] {
  const definition = automationDefinitionSchema.parse({ sender: { address: 'billing@bank.example', name: '한빛은행', replyTo: 'help@bank.example', configurationSet }, resendWhenInDoubt });
  return {
    ask: async (name: string) => {
      if (name === 'scheduler.get-version') return { definition } as Answer<'scheduler.get-version'> as never;
      const status = runStatus ? runStatus() : 'RUNNING';
      if (status === null) throw new Refused('UNAVAILABLE', ['The service scheduler does not answer: see that it runs.', '(한국어) The service scheduler does not answer: see that it runs.']);
      return { status } as never;
    },
  };
}

let rows = 0;

/** A mail of a run of its own, unless told. */
export function renderedMail(over: Partial<MailRendered> = {}): MailRendered {
  const runId = over.runId ?? randomUUID();
  const row = over.row ?? ++rows;
  return {
    v: 1, type: 'MailRendered', mailId: `${runId}-${row}`, runId, row, automationId: randomUUID(), versionId: randomUUID(), dispatch: 1,
    businessDate: '2026-11-20T09:00:00', recipientKey: `C${row}`, values: { customer_id: `C${row}` },
    files: [], attachmentChecks: [], templateCheck: { status: 'OK', detail: null },
    to: { address: `customer${row}@mail.example`, name: '김하늘' }, subject: '[한빛은행] 11월 이용대금 명세서', html: '<p>김하늘 고객님, 1,234,567원</p>', text: '김하늘 고객님, 1,234,567원',
    ...over,
  };
}
