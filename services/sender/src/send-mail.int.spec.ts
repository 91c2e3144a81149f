import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TryLater, type AttachedFile, type MailRendered, type MailSettled, type MailStopped, type RunStatus } from '@tank/contracts';
import type { FaultKind } from '../../../embedded/ses-simulator/faults.ts';
import { startSesSimulator, type SesSimulator } from '../../../embedded/ses-simulator/ses-simulator.ts';
import { createDatabase, roleUrl, urls, waitFor, type TestDatabase } from '../../../embedded/test/parts.ts';
import { parseMail } from '../test/parse-mail.js';
import { renderedMail, SenderUnderTest, type TestSettings } from '../test/sender-under-test.js';

let database: TestDatabase;
let simulator: SesSimulator;
let fileRoot: string;
const open: SenderUnderTest[] = [];

beforeAll(async () => {
  database = await createDatabase('sendmail');
  simulator = await startSesSimulator();
  fileRoot = await mkdtemp(join(tmpdir(), 'tank-send-'));
  await writeFile(join(fileRoot, 'keep'), 'so that the root is never empty');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((sender) => sender.close()));
  simulator.reset();
  simulator.latencyMs = 0;
  simulator.setLimits({ maxSendRate: 1_000, max24HourSend: 50_000, sendingEnabled: true });
});
afterAll(async () => {
  await simulator.close();
  await rm(fileRoot, { recursive: true });
  await database.drop();
});

async function start(over: Partial<TestSettings> = {}): Promise<SenderUnderTest> {
  const sender = await SenderUnderTest.start({ dbUrl: roleUrl(database, 'sender'), sesUrl: simulator.url, fileRoot, account: randomUUID(), ...over });
  open.push(sender);
  return sender;
}
async function settled(sender: SenderUnderTest, mail: MailRendered): Promise<MailSettled> {
  const message = (await sender.send(mail)).find(({ type }) => type === 'MailSettled');
  if (!message) throw new Error('The mail was not settled.');
  return message as MailSettled;
}
/** As the transport does: a mail that is to be tried later comes again, here at once. */
async function settledInTheEnd(sender: SenderUnderTest, mail: MailRendered, tries = 12): Promise<MailSettled> {
  for (let i = 1; ; i += 1) {
    try {
      return await settled(sender, mail);
    } catch (error) {
      if (!(error instanceof TryLater) || i === tries) throw error;
    }
  }
}
async function fileOf(path: string, content: Buffer = randomBytes(2_000), over: Partial<AttachedFile> = {}): Promise<AttachedFile> {
  await writeFile(join(fileRoot, path), content);
  const at = await stat(join(fileRoot, path), { bigint: true });
  return { rule: 'statement', path, displayName: '명세서.pdf', contentType: 'application/pdf', size: content.length, modifiedMs: Number(at.mtimeNs) / 1e6, inode: String(at.ino), common: false, ...over };
}
const found = (file: AttachedFile) => [{ rule: file.rule, status: 'FOUND' as const, path: file.path, size: file.size, sha256: null, detail: null }];
const withFile = (file: AttachedFile, over: Partial<MailRendered> = {}) => renderedMail({ files: [file], attachmentChecks: found(file), ...over });
const stopped = (mail: MailRendered): MailStopped => {
  const { to: _to, subject: _subject, html: _html, text: _text, files: _files, ...rest } = mail;
  return { ...rest, type: 'MailStopped', outcome: 'SKIPPED', errorCode: 'NOT_FOUND', errorDetail: 'No file.' };
};
const ageIntent = (sender: SenderUnderTest, mailId: string, seconds: number) =>
  sender.db.query('UPDATE mail_ledger SET intent_at = intent_at - $2 * interval \'1 second\' WHERE mail_id = $1 RETURNING 1', [mailId, seconds]);

describe('a mail', () => {
  it('is sent with its file, its tags and its words', async () => {
    const sender = await start({ configurationSet: 'statements' });
    const content = randomBytes(70_001);
    const mail = withFile(await fileOf('a.pdf', content));
    const answer = await settled(sender, mail);
    const [accepted] = simulator.mails.all();
    expect(answer).toMatchObject({
      type: 'MailSettled', outcome: 'SENT', errorCode: null, messageId: accepted!.messageId, attempts: 1, to: mail.to, subject: mail.subject,
      attachmentChecks: [{ status: 'FOUND', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(accepted).toMatchObject({ to: [mail.to.address], from: 'billing@bank.example', configurationSet: 'statements', tags: { mail_id: mail.mailId, run_id: mail.runId, automation_id: mail.automationId } });
    const parsed = await parseMail(accepted!.raw);
    expect([parsed.subject, parsed.text?.trim(), parsed.replyTo?.value[0]?.address]).toEqual([mail.subject, mail.text, 'help@bank.example']);
    expect(parsed.attachments.map(({ filename }) => filename)).toEqual(['명세서.pdf']);
    expect(parsed.attachments[0]!.content.equals(content)).toBe(true);
  });

  it('that comes again is answered in the same words, without a call', async () => {
    const [sender, other] = [await start(), await start()];
    const mail = withFile(await fileOf('again.pdf'));
    const first = await settled(sender, mail);
    expect(await settled(sender, mail)).toEqual(first);
    expect(await settled(other, { ...mail, dispatch: 2 })).toEqual({ ...first, dispatch: 2 });
    expect(simulator.calls).toBe(1);
  });

  it('that comes again when its run has completed moves nothing any more', async () => {
    let runStatus: RunStatus = 'RUNNING';
    const [sender, later] = [await start(), await start({ runStatus: () => runStatus })];
    const [mail, other] = [renderedMail(), renderedMail()];
    await settled(sender, mail);
    await sender.stop(stopped(other));
    runStatus = 'COMPLETED';
    expect(await later.send({ ...mail, dispatch: 2 })).toEqual([]);
    expect(await later.stop({ ...stopped(other), dispatch: 2 })).toBeUndefined();
    expect(simulator.calls).toBe(1);
  });

  it('that two senders hold at the same time is sent once', async () => {
    const [one, two] = [await start(), await start()];
    simulator.latencyMs = 50;
    const mails = Array.from({ length: 40 }, () => renderedMail());
    const answers = await Promise.allSettled(mails.flatMap((mail) => [one.send(mail), two.send(mail), one.send(mail)]));
    expect(simulator.mails.all()).toHaveLength(40);
    expect(simulator.mails.duplicates()).toEqual({});
    const losers = answers.filter((answer) => answer.status === 'rejected');
    expect(losers.every(({ reason }) => reason instanceof TryLater)).toBe(true);
    const later = await Promise.all(mails.flatMap((mail) => [settled(one, mail), settled(two, mail)]));
    expect(later.every(({ outcome }) => outcome === 'SENT')).toBe(true);
    expect(simulator.calls).toBe(40);
  });
});

describe('what SES answers', () => {
  const settles: [FaultKind, Partial<MailSettled>, accepted: number][] = [
    ['rejected', { outcome: 'FAIL', errorCode: 'SES_REJECTED', attempts: 1 }, 0],
    ['bad-request', { outcome: 'FAIL', errorCode: 'SES_REJECTED', attempts: 1 }, 0],
    ['error-500-without-id', { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, 0],
    ['html-page', { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, 0],
    ['html-page-after', { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, 1],
    ['reset-before', { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, 0],
    ['reset-after', { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, 1],
    ['late-after', { outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, 1],
    ['cut-body-after', { outcome: 'SENT', errorCode: null, messageId: null }, 1],
    ['hang-body-after', { outcome: 'SENT', errorCode: null, messageId: null }, 1],
  ];
  it.each(settles)('%s settles the mail for good: no second call, whoever asks again', async (...row) => {
    const [kind, outcome, accepted] = row;
    const [sender, other] = [await start({ callTimeoutMs: 300 }), await start()];
    simulator.inject({ kind, delayMs: 1_500 });
    const mail = renderedMail();
    const answer = await settled(sender, mail);
    expect(answer).toMatchObject(outcome);
    expect([await settled(sender, mail), await settled(other, mail)]).toEqual([answer, answer]);
    expect(simulator.calls).toBe(1);
    expect(simulator.mails.countOf(mail.mailId)).toBe(accepted);
  });

  const pauses: [FaultKind, reasonCode: string][] = [
    ['paused', 'SES_SENDING_PAUSED'], ['suspended', 'SES_ACCOUNT_SUSPENDED'], ['mail-from', 'SES_SENDER_NOT_VERIFIED'],
    ['unverified', 'SES_SENDER_NOT_VERIFIED'], ['signature', 'SES_CREDENTIALS'], ['no-configuration-set', 'SES_CONFIGURATION_SET'],
  ];
  it.each(pauses)('%s pauses the run, gives the mail back and says why; later it is sent', async (kind, reasonCode) => {
    const sender = await start();
    simulator.inject({ kind, times: 2 });
    const mail = renderedMail();
    expect(await sender.send(mail)).toMatchObject([
      { type: 'RunHalted', runId: mail.runId, status: 'PAUSED', reasonCode, reason: expect.stringMatching(/ run|version/) },
      { type: 'MailGivenBack', mailId: mail.mailId, reasonCode },
      { type: 'SystemErrorRaised', module: 'SES', code: reasonCode },
    ]);
    expect((await sender.send(mail)).map(({ type }) => type)).toEqual(['RunHalted', 'MailGivenBack']);
    expect(await settled(sender, mail)).toMatchObject({ outcome: 'SENT', attempts: 3 });
    expect(simulator.mails.countOf(mail.mailId)).toBe(1);
  });

  it('throttles consume no retry: the mail is sent in the end, once', async () => {
    const sender = await start();
    simulator.inject({ kind: 'throttle', times: 3 }, { kind: 'throttle-400', times: 3 });
    const mail = renderedMail();
    expect(await settledInTheEnd(sender, mail)).toMatchObject({ outcome: 'SENT', attempts: 7 });
    expect(simulator.mails.countOf(mail.mailId)).toBe(1);
  }, 20_000);

  it('a used-up quota gives mails back, and nobody calls for a while', async () => {
    const account = randomUUID();
    const [sender, other] = [await start({ account }), await start({ account })];
    simulator.inject({ kind: 'quota' });
    expect(await sender.send(renderedMail())).toMatchObject([{ type: 'MailGivenBack', reasonCode: 'SES_QUOTA' }, { type: 'SystemErrorRaised', code: 'SES_QUOTA' }]);
    expect(await other.send(renderedMail())).toMatchObject([{ type: 'MailGivenBack', reasonCode: 'SES_QUOTA', retryAfterMs: expect.any(Number) }]);
    expect(simulator.calls).toBe(1);
  });

  it('5xx of SES itself is tried four times in all, across senders, and then fails', async () => {
    const [sender, other] = [await start(), await start()];
    simulator.inject({ kind: 'error-500', times: 2 }, { kind: 'error-503', times: 10 });
    const mail = renderedMail();
    await expect(sender.send(mail)).rejects.toThrow(TryLater);
    await expect(other.send(mail)).rejects.toThrow(TryLater);
    expect(await settledInTheEnd(sender, mail)).toMatchObject({ outcome: 'FAIL', errorCode: 'SES_FAILED', attempts: 4 });
    expect(simulator.calls).toBe(4);
  });

  it('5xx of SES itself that passes ends in one mail', async () => {
    const sender = await start();
    simulator.inject({ kind: 'error-500', times: 3 });
    const mail = renderedMail();
    expect(await settledInTheEnd(sender, mail)).toMatchObject({ outcome: 'SENT', attempts: 4 });
    expect(simulator.mails.countOf(mail.mailId)).toBe(1);
  });

  it('an unreachable SES consumes no retry, opens the breaker and gives mails back uncalled', async () => {
    const sender = await start({ sesUrl: 'http://127.0.0.1:9' });
    const mails = Array.from({ length: 8 }, () => renderedMail());
    for (const mail of mails.slice(0, 4)) await expect(sender.send(mail)).rejects.toThrow(TryLater);
    expect(await sender.send(mails[4]!)).toMatchObject([{ type: 'MailGivenBack', reasonCode: 'SES_BREAKER_OPEN' }, { type: 'SystemErrorRaised' }]);
    expect(await sender.send(mails[5]!)).toMatchObject([{ type: 'MailGivenBack', reasonCode: 'SES_BREAKER_OPEN', retryAfterMs: expect.any(Number) }]);
    expect(sender.channel.state()).toBe('open');
    expect(await sender.ledger.find(mails[0]!.mailId)).toMatchObject({ state: 'NOT_SENT', failures: 0 });
    expect(await sender.ledger.find(mails[5]!.mailId)).toBeNull();
    const healthy = await start();
    expect((await Promise.all(mails.map((mail) => settled(healthy, mail)))).map(({ outcome }) => outcome)).toEqual(mails.map(() => 'SENT'));
    expect(simulator.mails.duplicates()).toEqual({});
  });

  it('a line of refused mails never opens the breaker', async () => {
    const sender = await start();
    simulator.inject({ kind: 'rejected', times: 12 });
    for (let i = 0; i < 12; i += 1) await settled(sender, renderedMail());
    expect(sender.channel.state()).toBe('closed');
    expect(await settled(sender, renderedMail())).toMatchObject({ outcome: 'SENT' });
  });
});

describe('a sender that dies between the intent and the answer', () => {
  /** Everything up to the call, and then nothing more: what a kill leaves in the ledger. */
  async function killedAtTheCall(mail: MailRendered, isMailOnItsWay: boolean): Promise<void> {
    const called = Promise.withResolvers<void>();
    const dying = await start({
      channel: (real) => ({
        closedForMs: () => 0,
        call: async (letter) => {
          if (isMailOnItsWay) await real.call(letter);
          called.resolve();
          return new Promise(() => undefined);
        },
      }),
    });
    void dying.send(mail);
    await called.promise;
  }

  it.each([true, false])('leaves a mail in doubt that is never sent again (had it left: %s)', async (isMailOnItsWay) => {
    const mail = renderedMail();
    await killedAtTheCall(mail, isMailOnItsWay);
    const survivor = await start({ deadlineMs: 20_000 });
    await expect(survivor.send(mail)).rejects.toThrow(TryLater);
    await ageIntent(survivor, mail.mailId, 21);
    const answer = await settled(survivor, mail);
    expect(answer).toMatchObject({ outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN', attempts: 1, to: mail.to, subject: mail.subject });
    expect(await settled(survivor, mail)).toEqual(answer);
    expect(simulator.mails.countOf(mail.mailId)).toBe(isMailOnItsWay ? 1 : 0);
    expect(simulator.calls).toBe(isMailOnItsWay ? 1 : 0);
  });

  it('is made up for after six minutes where the automation chose that, once', async () => {
    const mail = renderedMail();
    await killedAtTheCall(mail, false);
    const survivor = await start({ deadlineMs: 20_000, resendAfterMs: 365_000, resendWhenInDoubt: true });
    await ageIntent(survivor, mail.mailId, 21);
    await expect(survivor.send(mail)).rejects.toMatchObject({ name: 'TryLater', retryAfterMs: expect.any(Number) });
    expect(simulator.calls).toBe(0);
    await ageIntent(survivor, mail.mailId, 345);
    simulator.inject({ kind: 'reset-before' });
    expect(await settled(survivor, mail)).toMatchObject({ outcome: 'IN_DOUBT', attempts: 2 });
    await ageIntent(survivor, mail.mailId, 1_000);
    expect(await settled(survivor, mail)).toMatchObject({ outcome: 'IN_DOUBT', attempts: 2 });
    expect(simulator.calls).toBe(1);
  });

  describe('whose automation wants it sent again', () => {
    const CANCELED = { resendAfterMs: 365_000, resendWhenInDoubt: true, deadlineMs: 20_000, runStatus: () => 'CANCELED' as RunStatus };
    const doubtful = async (): Promise<MailRendered> => {
      const mail = renderedMail();
      await killedAtTheCall(mail, true);
      return mail;
    };

    it.each(['PAUSED', 'RUNNING'] as const)('is never given back, as if it certainly were not sent (run %s)', async (status) => {
      const mail = await doubtful();
      const held = await start({ ...CANCELED, runStatus: () => status, max24h: 0 });
      await ageIntent(held, mail.mailId, 400);
      expect(await held.send(mail)).toEqual([]);
      expect(await held.ledger.find(mail.mailId)).toMatchObject({ state: 'IN_DOUBT', resends: 0 });
      expect(simulator.calls).toBe(1);
    });

    it('ends in doubt when its run is stopped, and not as CANCELED', async () => {
      const mail = await doubtful();
      const stopped = await start(CANCELED);
      await ageIntent(stopped, mail.mailId, 400);
      expect(await stopped.send(mail)).toMatchObject([{ type: 'MailSettled', outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }]);
      expect(simulator.calls).toBe(1);
    });

    it('ends in doubt when its run is stopped after a resend that was not taken', async () => {
      const mail = await doubtful();
      const throttled = await start({ ...CANCELED, runStatus: () => 'RUNNING' });
      await ageIntent(throttled, mail.mailId, 400);
      simulator.inject({ kind: 'throttle' });
      await expect(throttled.send(mail)).rejects.toThrow(TryLater);
      expect(await throttled.ledger.find(mail.mailId)).toMatchObject({ state: 'NOT_SENT', resends: 1 });
      const stopped = await start(CANCELED);
      expect(await stopped.send(mail)).toMatchObject([{ type: 'MailSettled', outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }]);
      expect(simulator.calls).toBe(2);
    });

    it('is in doubt as before when SES refuses the resend, or a step stops it', async () => {
      const [refused, stoppedByStep] = [await doubtful(), await doubtful()];
      const sender = await start({ ...CANCELED, runStatus: () => 'RUNNING' });
      for (const { mailId } of [refused, stoppedByStep]) await ageIntent(sender, mailId, 400);
      simulator.inject({ kind: 'rejected' });
      expect(await sender.send(refused)).toMatchObject([{ outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' }, { type: 'SystemErrorRaised' }]);
      expect(await sender.ledger.find(refused.mailId)).toMatchObject({ state: 'IN_DOUBT', resends: 1 });
      simulator.inject({ kind: 'throttle' });
      await expect(sender.send(stoppedByStep)).rejects.toThrow(TryLater);
      expect(await sender.stop(stopped(stoppedByStep))).toMatchObject({ outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN' });
    });
  });

  it('is overruled by its own late answer', async () => {
    const answered = Promise.withResolvers<void>();
    const called = Promise.withResolvers<void>();
    const slow = await start({ channel: (real) => ({ closedForMs: () => 0, call: async (letter) => { called.resolve(); await answered.promise; return real.call(letter); } }) });
    const mail = renderedMail();
    const late = slow.send(mail);
    await called.promise;
    const other = await start({ deadlineMs: 20_000 });
    await ageIntent(other, mail.mailId, 21);
    expect(await settled(other, mail)).toMatchObject({ outcome: 'IN_DOUBT' });
    answered.resolve();
    expect(await late).toMatchObject([{ outcome: 'SENT' }]);
    expect(await settled(other, mail)).toMatchObject({ outcome: 'SENT' });
    expect(simulator.calls).toBe(1);
  });
});

describe('a ledger that goes away after the call', () => {
  it('is waited for, so that the mail is not in doubt', async () => {
    const sender = await start({
      channel: (real) => ({
        closedForMs: () => 0,
        call: async (letter) => {
          const answer = await real.call(letter);
          await sender.db.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()');
          return answer;
        },
      }),
    });
    const mail = renderedMail();
    expect(await settled(sender, mail)).toMatchObject({ outcome: 'SENT' });
    expect(simulator.calls).toBe(1);
  });
});

describe('files', () => {
  it('that changed since they were matched stop the mail', async () => {
    const sender = await start();
    const file = await fileOf('changed.pdf');
    await writeFile(join(fileRoot, 'changed.pdf'), randomBytes(2_000));
    const mail = withFile({ ...file, sha256: '0'.repeat(64) });
    const answer = await settled(sender, mail);
    expect(answer).toMatchObject({ outcome: 'FAIL', errorCode: 'FILE_CHANGED', attempts: 0, errorDetail: expect.stringContaining('changed.pdf') });
    await expect(settled(sender, withFile(await fileOf('changed.pdf')))).resolves.toMatchObject({ outcome: 'SENT' });
    expect(await settled(sender, mail)).toEqual(answer);
    expect(simulator.calls).toBe(1);
  });

  it('never leave for two recipients of a run', async () => {
    const [one, two] = [await start(), await start()];
    const runId = randomUUID();
    const content = randomBytes(500);
    const mails = await Promise.all(['kim.pdf', 'lee.pdf'].map(async (path) => withFile(await fileOf(path, content), { runId })));
    const samePath = withFile(await fileOf('park.pdf'), { runId });
    const outcomes = await Promise.all([settled(one, mails[0]!), settled(two, mails[1]!), settled(one, samePath)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['SENT', 'SENT', 'SKIPPED']);
    const loser = outcomes.find(({ outcome }) => outcome === 'SKIPPED')!;
    expect(loser).toMatchObject({ errorCode: 'DUPLICATED', attempts: 0, attachmentChecks: [{ status: 'DUPLICATED', detail: expect.any(String) }] });
    expect(await settled(two, { ...samePath, mailId: `${runId}-9999`, row: 9_999 })).toMatchObject({ outcome: 'SKIPPED', errorCode: 'DUPLICATED' });
    expect(simulator.mails.countOf(loser.mailId)).toBe(0);
    expect(simulator.mails.all()).toHaveLength(2);
  });

  it('that are common to all leave for all', async () => {
    const sender = await start();
    const runId = randomUUID();
    const terms = await fileOf('terms.pdf', undefined, { common: true });
    expect(await Promise.all([settled(sender, withFile(terms, { runId })), settled(sender, withFile(terms, { runId }))])).toMatchObject([{ outcome: 'SENT' }, { outcome: 'SENT' }]);
  });

  it('on a share that is away give the mail back', async () => {
    const sender = await start({ fileRoot: join(fileRoot, 'not-mounted') });
    expect(await sender.send(withFile(await fileOf('away.pdf')))).toMatchObject([{ type: 'MailGivenBack', reasonCode: 'FILES_UNREACHABLE' }]);
    expect(simulator.calls).toBe(0);
  });

  it('that are too much for a mail fail it before SES sees it', async () => {
    const sender = await start();
    const file = await fileOf('large.pdf', Buffer.alloc(30_000_000));
    expect(await settled(sender, withFile(file))).toMatchObject({ outcome: 'FAIL', errorCode: 'MAIL_TOO_LARGE' });
    expect(simulator.calls).toBe(0);
  });
});

describe('what is decided before SES', () => {
  it.each(['not-an-address', 'kim@@example.example', 'a@b.example\r\nBcc: c@d.example'])('the address %j fails without a call', async (address) => {
    const answer = await settled(await start(), renderedMail({ to: { address } }));
    expect(answer).toMatchObject({ outcome: 'FAIL', errorCode: 'BAD_ADDRESS', attempts: 0, messageId: null, to: { address } });
    expect(simulator.calls).toBe(0);
  });

  it.each(['PAUSED', 'CANCELED', 'FAIL', 'COMPLETED'] as const)('a run that is %s gets its mail back', async (status) => {
    const sender = await start({ runStatus: () => status });
    const mail = renderedMail();
    expect(await sender.send(mail)).toMatchObject([{ type: 'MailGivenBack', reasonCode: `RUN_${status}` }]);
    expect(await sender.ledger.find(mail.mailId)).toBeNull();
    expect((await sender.rate.figures()).sent24h).toBeLessThanOrEqual(1);
    expect(simulator.calls).toBe(0);
  });

  it('a scheduler that does not answer makes the mail wait', async () => {
    await expect((await start({ runStatus: () => null })).send(renderedMail())).rejects.toThrow(TryLater);
    expect(simulator.calls).toBe(0);
  });
});

describe('a mail that an earlier step stopped', () => {
  it('is settled as that step said, and is not sent if it comes again as a mail', async () => {
    const sender = await start();
    const mail = renderedMail();
    const answer = await sender.stop(stopped(mail));
    expect(answer).toMatchObject({ type: 'MailSettled', outcome: 'SKIPPED', errorCode: 'NOT_FOUND', attempts: 0, to: null });
    expect(await settled(sender, mail)).toEqual(answer);
    expect(simulator.calls).toBe(0);
  });

  it('is settled as the ledger says when it was sent before', async () => {
    const sender = await start();
    const mail = renderedMail();
    const sent = await settled(sender, mail);
    expect(await sender.stop(stopped(mail))).toEqual(sent);
  });

  it('waits for a call that may be on its way, and is in doubt after its deadline', async () => {
    const called = Promise.withResolvers<void>();
    const dying = await start({ channel: () => ({ closedForMs: () => 0, call: () => { called.resolve(); return new Promise(() => undefined); } }) });
    const mail = renderedMail();
    void dying.send(mail);
    await called.promise;
    const other = await start({ deadlineMs: 20_000 });
    await expect(other.stop(stopped(mail))).rejects.toThrow(TryLater);
    await ageIntent(other, mail.mailId, 21);
    expect(await other.stop(stopped(mail))).toMatchObject({ outcome: 'IN_DOUBT', errorCode: 'SES_UNKNOWN', subject: mail.subject });
  });
});

describe('the SES client', () => {
  it('obeys its settings and no AWS profile or variable of the machine', async () => {
    const ambient = { AWS_ACCESS_KEY_ID: 'AKIAREAL', AWS_SECRET_ACCESS_KEY: 'real', AWS_PROFILE: 'nobody', AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_SESV2: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '5', AWS_RETRY_MODE: 'adaptive', AWS_REGION: 'us-east-1' };
    const before = { ...process.env };
    Object.assign(process.env, ambient);
    try {
      const sender = await start();
      simulator.inject({ kind: 'reset-after' });
      expect(await settled(sender, renderedMail())).toMatchObject({ outcome: 'IN_DOUBT' });
      expect(await settled(sender, renderedMail())).toMatchObject({ outcome: 'SENT' });
      expect(simulator.calls).toBe(2);
      expect(simulator.lastSigner).toMatch(/^TESTKEY\/\d+\/ap-northeast-2\//);
    } finally {
      for (const name of Object.keys(ambient)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });

  it('is understood by an independent emulator, which shows the mail as it was meant', async () => {
    const sender = await start({ sesUrl: urls().ses });
    const content = randomBytes(3_000);
    const mail = withFile(await fileOf('emulator.pdf', content), { subject: `명세서 ${randomUUID()}` });
    const { messageId, outcome } = await settled(sender, mail);
    expect([outcome, typeof messageId]).toEqual(['SENT', 'string']);
    const stored = await waitFor(async () => {
      const { emails } = (await (await fetch(`${urls().ses}/store`)).json()) as { emails: { subject: string; destination: { to: string[] }; attachments: { filename: string; content: string }[] }[] };
      return emails.find(({ subject }) => subject === mail.subject);
    }, { what: 'the mail in the emulator' });
    expect(stored.destination.to).toEqual([expect.stringContaining(mail.to.address)]);
    expect(stored.attachments[0]!.filename).toBe('명세서.pdf');
    expect(Buffer.from(stored.attachments[0]!.content, 'base64').equals(content)).toBe(true);
  });
});
