import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Refused, TestMail } from '@tank/contracts';
import type { FaultKind } from '../../../embedded/ses-simulator/faults.ts';
import { startSesSimulator, type SesSimulator } from '../../../embedded/ses-simulator/ses-simulator.ts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { parseMail } from '../test/parse-mail.js';
import { SenderUnderTest, type TestSettings } from '../test/sender-under-test.js';

let database: TestDatabase;
let simulator: SesSimulator;
let fileRoot: string;
const open: SenderUnderTest[] = [];

beforeAll(async () => {
  database = await createDatabase('send_test');
  simulator = await startSesSimulator();
  fileRoot = await mkdtemp(join(tmpdir(), 'tank-test-'));
  await writeFile(join(fileRoot, 'a.pdf'), randomBytes(2_000));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((sender) => sender.close()));
  simulator.reset();
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
const test = (over: Partial<TestMail> = {}): TestMail => ({
  automationId: randomUUID(), language: 'ko', from: { address: 'billing@bank.example', name: '한빛은행', configurationSet: 'statements' }, to: 'author@bank.example', insteadOf: 'k***@mail.example',
  subject: '11월 명세서', html: '<body><p>김하늘 고객님</p></body>', text: '김하늘 고객님', files: [], ...over,
});
async function fileOf(path: string) {
  const at = await stat(join(fileRoot, path), { bigint: true });
  return { rule: 'statement', path, displayName: '명세서.pdf', contentType: 'application/pdf', size: Number(at.size), modifiedMs: Number(at.mtimeNs) / 1e6, inode: String(at.ino), common: false };
}
const refusal = (code: Refused['refusal']['code'], message: RegExp) => ({ refusal: { code, message: expect.stringMatching(message), ko: expect.stringMatching(/[가-힣]/) } });

describe('a test mail', () => {
  it('reaches its author alone, with its files, marked as a test, and leaves no trace in ledger and claims', async () => {
    const sender = await start();
    const wanted = test({ files: [await fileOf('a.pdf')] });
    const answer = await sender.sendTest.send(wanted);
    const [accepted, ...others] = simulator.mails.all();
    expect(others).toEqual([]);
    expect(answer).toEqual({ outcome: 'SENT', messageId: accepted!.messageId });
    expect(accepted).toMatchObject({ to: ['author@bank.example'], mailId: null, configurationSet: 'statements', tags: { test_id: expect.any(String), automation_id: wanted.automationId } });
    const parsed = await parseMail(accepted!.raw);
    expect(parsed).toMatchObject({ subject: '[테스트] 11월 명세서', to: { value: [{ address: 'author@bank.example', name: '' }] }, attachments: [{ filename: '명세서.pdf' }] });
    expect(parsed.html).toMatch(/^<body><div [^>]+>테스트 메일입니다\. 실제 메일은 k\*\*\*@mail\.example/);
    for (const table of ['mail_ledger', 'file_claim', 'sent_mail']) expect(await sender.db.query(`SELECT 1 FROM ${table}`)).toEqual([]);
    expect((await sender.rate.figures()).sent24h).toBe(1);
  });

  const unsent: [FaultKind, Refused['refusal']['code'], RegExp][] = [
    ['throttle', 'UNAVAILABLE', /too fast: the test was not sent/], ['quota', 'UNAVAILABLE', /quota .* not sent/], ['error-500', 'UNAVAILABLE', /not sent/],
    ['rejected', 'CONFLICT', /SES refused the test/], ['unverified', 'CONFLICT', /not sent.* your own address/], ['paused', 'CONFLICT', /paused sending/],
    ['signature', 'CONFLICT', /SES_ACCESS_KEY/], ['no-configuration-set', 'CONFLICT', /configuration set/], ['suspended', 'CONFLICT', /suspended/],
  ];
  it.each(unsent)('that SES answers with %s is refused with a sentence, after one call', async (kind, code, message) => {
    const sender = await start();
    simulator.inject({ kind, times: 5 });
    await expect(sender.sendTest.send(test())).rejects.toMatchObject(refusal(code, message));
    expect(simulator.calls).toBe(1);
    expect(simulator.mails.all()).toEqual([]);
  });

  it('slows runs down after a throttle, and holds them after a used-up quota, as a real mail does', async () => {
    const [throttled, held] = [await start(), await start()];
    simulator.inject({ kind: 'throttle' }, { kind: 'quota' });
    await expect(throttled.sendTest.send(test())).rejects.toMatchObject(refusal('UNAVAILABLE', /too fast/));
    await expect(held.sendTest.send(test())).rejects.toMatchObject(refusal('UNAVAILABLE', /quota/));
    expect([await throttled.rate.figures(), await held.rate.figures()]).toMatchObject([{ isSlowed: true, isHeld: false }, { isHeld: true }]);
    await expect(held.sendTest.send(test())).rejects.toMatchObject(refusal('UNAVAILABLE', /quota/));
    expect(simulator.calls).toBe(2);
  });

  const lost: [FaultKind, accepted: number][] = [['reset-after', 1], ['reset-before', 0], ['late-after', 1], ['html-page', 0]];
  it.each(lost)('whose answer is lost (%s) may have been sent: that is told, and nothing is repeated', async (kind, accepted) => {
    const sender = await start({ callTimeoutMs: 300 });
    simulator.inject({ kind, delayMs: 1_500 });
    expect(await sender.sendTest.send(test())).toEqual({ outcome: 'IN_DOUBT', messageId: null });
    expect(simulator.calls).toBe(1);
    expect(simulator.mails.all()).toHaveLength(accepted);
  });

  it('is not sent while SES cannot be reached, and takes no slot while the breaker is open', async () => {
    const sender = await start({ sesUrl: 'http://127.0.0.1:9' });
    for (let i = 0; i < 5; i += 1) await expect(sender.sendTest.send(test())).rejects.toMatchObject(refusal('UNAVAILABLE', /cannot be reached: the test was not sent/));
    expect(sender.channel.state()).toBe('open');
    const { sent24h } = await sender.rate.figures();
    await expect(sender.sendTest.send(test())).rejects.toMatchObject(refusal('UNAVAILABLE', /cannot be reached/));
    expect((await sender.rate.figures()).sent24h).toBe(sent24h);
  });

  it('is not sent with a file that is not the one that was matched, nor to what is no address', async () => {
    const sender = await start();
    const file = await fileOf('a.pdf');
    await expect(sender.sendTest.send(test({ files: [{ ...file, sha256: '0'.repeat(64) }] }))).rejects.toMatchObject(refusal('CONFLICT', /other content/));
    await expect(sender.sendTest.send(test({ files: [{ ...file, path: '../a.pdf' }] }))).rejects.toMatchObject(refusal('CONFLICT', /outside the file root/));
    await expect(sender.sendTest.send(test({ to: 'a@bank.example, b@bank.example' }))).rejects.toMatchObject(refusal('CONFLICT', /address/));
    await expect((await start({ fileRoot: join(fileRoot, 'away') })).sendTest.send(test({ files: [file] }))).rejects.toMatchObject(refusal('UNAVAILABLE', /NAS/));
    expect(simulator.calls).toBe(0);
  });
});
