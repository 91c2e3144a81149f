import { setTimeout as sleep } from 'node:timers/promises';
import { Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { AutomationVersions, HEALTH_PROBES, Publisher, Requester } from '@tank/messaging';
import { AccountPoller } from './adapters/account-poller.js';
import { composeMime } from './adapters/compose-mime.js';
import { FileRoot } from './adapters/file-root.js';
import { LedgerCleaner } from './adapters/ledger-cleaner.js';
import { MailSeal } from './adapters/mail-seal.js';
import { ANSWER_WITHIN_MS, ManifestMails, RunsOfMails, RunStatuses, SendingRules } from './adapters/scheduler-requests.js';
import { openSenderDatabase, type SenderDatabase } from './adapters/sender-database.js';
import { senderProbes } from './adapters/sender-probes.js';
import { SentFilesOnRoot } from './adapters/sent-files.js';
import { SentLedger } from './adapters/sent-ledger.js';
import { SentMailStore } from './adapters/sent-mail-store.js';
import { createSesClient, SesChannel, type SesSettings } from './adapters/ses-channel.js';
import { SharedRate } from './adapters/shared-rate.js';
import { DescribeAccount } from './describe-account.js';
import { PrepareMail } from './prepare-mail.js';
import { sendMailHandler } from './send-mail.handler.js';
import { SendMail } from './send-mail.js';
import { SendTest } from './send-test.js';
import { SendTestHandler } from './send-test.handler.js';
import type { SenderConfig } from './sender.config.js';
import type { SealContent } from './sent-content.js';
import { SettleAnswer } from './settle-answer.js';
import { SettleDoubt } from './settle-doubt.js';
import { callDeadlineMs, RESEND_AFTER_MS, SettleFromLedger } from './settle-from-ledger.js';
import { ShowSentMail, type DaysKept } from './show-sent-mail.js';
import { ShowSentMailHandler } from './show-sent-mail.handler.js';
import { StopMail } from './stop-mail.js';

/** A test's longest wait holds up no stop. */
const TEST_CLOCK = { monotonicMs: () => performance.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) };

/** What opens before the first mail and closes after the last. */
class SenderParts implements OnApplicationShutdown, OnApplicationBootstrap {
  constructor(
    readonly db: SenderDatabase, readonly ledger: SentLedger, readonly rate: SharedRate, readonly channel: SesChannel,
    readonly poller: AccountPoller, readonly cleaner: LedgerCleaner, readonly files: FileRoot, readonly mails: PrepareMail,
  ) {}

  /** Nest waits for this before the transport takes the first message. */
  static async open(config: SenderConfig): Promise<SenderParts> {
    const db = await openSenderDatabase(config.LOGS_DB_URL);
    const settings = sesSettings(config);
    const client = createSesClient(settings);
    const account = settings.endpoint ? `${settings.region} ${new URL(settings.endpoint).host}` : settings.region;
    const rate = new SharedRate(db, account, { maxPerSecond: config.SES_MAX_PER_SECOND ?? null, max24h: config.SES_MAX_24H ?? null });
    await rate.open();
    const ledger = new SentLedger(db, RESEND_AFTER_MS);
    const poller = new AccountPoller(db, client, account, ledger.owner);
    const files = new FileRoot(config.FILE_ROOT_PATH);
    return new SenderParts(db, ledger, rate, new SesChannel(client, settings.callTimeoutMs), poller, new LedgerCleaner(db, daysKept(config)), files, new PrepareMail(files, composeMime));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.poller.start();
    this.cleaner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.poller.close(), this.cleaner.close()]);
    this.channel.close();
    await this.db.close();
  }
}

export class SenderModule {
  static with(config: SenderConfig): DynamicModule {
    return { module: SenderModule, controllers: [sendMailHandler(config.SENDER_CONCURRENCY), ShowSentMailHandler, SendTestHandler], providers: providers(config) };
  }
}
Module({})(SenderModule);

function providers(config: SenderConfig): Provider[] {
  const known = ({ ledger }: SenderParts) => new SettleFromLedger(ledger, callDeadlineMs(config.SES_CALL_TIMEOUT_MS));
  return [
    { provide: SenderParts, useFactory: () => SenderParts.open(config) },
    {
      provide: SendMail,
      useFactory: (parts: SenderParts, requester: Requester, runs: RunStatuses) => sendMail(parts, requester, runs, known(parts), sealOf(config)),
      inject: [SenderParts, Requester, RunStatuses],
    },
    { provide: RunStatuses, useFactory: (requester: Requester) => new RunStatuses(requester), inject: [Requester] },
    { provide: StopMail, useFactory: (parts: SenderParts, runs: RunStatuses) => new StopMail(parts.ledger, known(parts), runs), inject: [SenderParts, RunStatuses] },
    {
      provide: SettleDoubt,
      useFactory: (parts: SenderParts, requester: Requester, publisher: Publisher) => new SettleDoubt(parts.ledger, known(parts), new ManifestMails(requester), publisher),
      inject: [SenderParts, Requester, Publisher],
    },
    { provide: ShowSentMail, useFactory: (parts: SenderParts, requester: Requester) => showSentMail(parts, requester, config), inject: [SenderParts, Requester] },
    { provide: SendTest, useFactory: ({ mails, rate, channel }: SenderParts) => new SendTest(mails, rate, channel, TEST_CLOCK), inject: [SenderParts] },
    { provide: DescribeAccount, useFactory: ({ rate, channel }: SenderParts) => new DescribeAccount(rate, channel), inject: [SenderParts] },
    { provide: HEALTH_PROBES, useFactory: (parts: SenderParts) => senderProbes(parts), inject: [SenderParts] },
  ];
}

function sendMail({ ledger, rate, channel, mails }: SenderParts, requester: Requester, runs: RunStatuses, known: SettleFromLedger, seal: SealContent): SendMail {
  const answers = new SettleAnswer(ledger, known, rate, channel, { now: () => new Date(), sleep });
  const rules = new SendingRules(new AutomationVersions(requester, { answerWithinMs: ANSWER_WITHIN_MS }));
  return new SendMail(ledger, known, rules, mails, seal, rate, runs, channel, answers);
}

function showSentMail({ db, ledger, files }: SenderParts, requester: Requester, config: SenderConfig): ShowSentMail {
  const { open } = new MailSeal(config.TANK_SECRET_KEY);
  return new ShowSentMail(ledger, new SentMailStore(db), open, new SentFilesOnRoot(files), new RunsOfMails(requester), daysKept(config));
}

function sealOf(config: SenderConfig): SealContent {
  return config.SENT_MAIL_DAYS === 0 ? () => null : new MailSeal(config.TANK_SECRET_KEY).seal;
}

function daysKept({ LEDGER_DAYS, SENT_MAIL_DAYS }: SenderConfig): DaysKept {
  return { ledger: LEDGER_DAYS, sentMails: Math.min(SENT_MAIL_DAYS, LEDGER_DAYS) };
}

function sesSettings(config: SenderConfig): SesSettings {
  return {
    region: config.SES_REGION, accessKey: config.SES_ACCESS_KEY, secretKey: config.SES_SECRET_KEY, endpoint: config.SES_ENDPOINT,
    callTimeoutMs: config.SES_CALL_TIMEOUT_MS, concurrency: config.SENDER_CONCURRENCY,
  };
}
