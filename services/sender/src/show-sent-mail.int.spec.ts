import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Refused, type AttachedFile, type MailRendered, type SentAttachmentPart } from '@tank/contracts';
import { startSesSimulator, type SesSimulator } from '../../../embedded/ses-simulator/ses-simulator.ts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { parseMail } from '../test/parse-mail.js';
import { renderedMail, SenderUnderTest, type TestSettings } from '../test/sender-under-test.js';
import { LedgerCleaner } from './adapters/ledger-cleaner.js';

let database: TestDatabase;
let simulator: SesSimulator;
let fileRoot: string;
const open: SenderUnderTest[] = [];

beforeAll(async () => {
  database = await createDatabase('sent_mail');
  simulator = await startSesSimulator();
  fileRoot = await mkdtemp(join(tmpdir(), 'tank-sent-'));
  await writeFile(join(fileRoot, 'keep'), 'so that the root is never empty');
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
async function fileOf(path: string, content: Buffer): Promise<AttachedFile> {
  await writeFile(join(fileRoot, path), content);
  // A whole second, which utimes can set again.
  await utimes(join(fileRoot, path), 1_790_000_000, 1_790_000_000);
  const at = await stat(join(fileRoot, path), { bigint: true });
  return { rule: 'statement', path, displayName: '10월/명세서.pdf', contentType: 'application/pdf', size: content.length, modifiedMs: Number(at.mtimeNs) / 1e6, inode: String(at.ino), common: false };
}
async function sent(sender: SenderUnderTest, over: Partial<MailRendered> = {}): Promise<MailRendered> {
  const mail = renderedMail(over);
  await sender.send(mail);
  return mail;
}
const show = (sender: SenderUnderTest, mailId: string, copy: number | null = null) => sender.sentMails.show({ mailId, copy });
const refusal = (code: Refused['refusal']['code'], message: RegExp) => ({ refusal: { code, message: expect.stringMatching(message), ko: expect.stringMatching(/[가-힣]/) } });
const age = (sender: SenderUnderTest, mailId: string, days: number) => Promise.all([
  sender.db.query('UPDATE mail_ledger SET intent_at = intent_at - $2 * interval \'1 day\' WHERE mail_id = $1', [mailId, days]),
  sender.db.query('UPDATE sent_mail SET kept_at = kept_at - $2 * interval \'1 day\' WHERE mail_id = $1', [mailId, days]),
]);

describe('a mail as it was sent', () => {
  it('is what SES was handed, word for word, whichever sender is asked', async () => {
    const content = randomBytes(3_000);
    const mail = await sent(await start(), { files: [await fileOf('a.pdf', content)], subject: '명세서\r\nBcc: x@evil.example', to: { address: 'kim@한빛.example', name: '김하늘' } });
    const shown = await show(await start(), mail.mailId);
    const [accepted] = simulator.mails.all();
    const parsed = await parseMail(accepted!.raw);
    expect(shown).toEqual({
      mailId: mail.mailId, outcome: 'SENT', messageId: accepted!.messageId, handedOverAt: expect.any(String), copy: 1, copies: 1,
      from: { address: parsed.from!.value[0]!.address, name: parsed.from!.value[0]!.name }, replyTo: parsed.replyTo!.value[0]!.address,
      to: { address: accepted!.to[0], name: '김하늘' }, subject: parsed.subject, html: mail.html, text: mail.text,
      attachments: [{ position: 1, name: parsed.attachments[0]!.filename, contentType: 'application/pdf', path: 'a.pdf', size: 3_000, sha256: createHash('sha256').update(content).digest('hex') }],
    });
    expect(parsed.html).toContain(mail.html);
  });

  it('lies in the table without a readable word', async () => {
    const sender = await start();
    const { mailId } = await sent(sender);
    const [row] = await sender.db.query<{ sealed: Buffer }>('SELECT sealed FROM sent_mail WHERE mail_id = $1', [mailId]);
    expect(['김하늘', '@mail.example', '1,234,567'].some((word) => row!.sealed.includes(word))).toBe(false);
  });

  it('is kept for every mail of a crowd, each its own', async () => {
    const sender = await start();
    const mails = await Promise.all(Array.from({ length: 80 }, (_, i) => sent(sender, { html: `<p>${i}</p>` })));
    const shown = await Promise.all(mails.map(({ mailId }) => show(sender, mailId)));
    expect(shown.map(({ html, to }) => [html, to.address])).toEqual(mails.map(({ html, to }) => [html, to.address]));
  });

  it('is shown of a mail in doubt, too, and of one that SES refused', async () => {
    const sender = await start();
    simulator.inject({ kind: 'reset-after' }, { kind: 'rejected' });
    const [doubt, refused] = [await sent(sender), await sent(sender)];
    expect(await show(sender, doubt.mailId)).toMatchObject({ outcome: 'IN_DOUBT', messageId: null, html: doubt.html, to: doubt.to });
    expect(await show(sender, refused.mailId)).toMatchObject({ outcome: 'FAIL', html: refused.html });
  });

  it('is shown while nobody knows its end, since its sender died in the call', async () => {
    const called = Promise.withResolvers<void>();
    const dying = await start({ channel: () => ({ closedForMs: () => 0, call: () => { called.resolve(); return new Promise(() => undefined); } }) });
    const mail = renderedMail();
    void dying.send(mail);
    await called.promise;
    expect(await show(await start(), mail.mailId)).toMatchObject({ outcome: null, html: mail.html });
  });

  it('is the try that was taken, and not one before it', async () => {
    const sender = await start();
    simulator.inject({ kind: 'throttle' });
    const mail = renderedMail({ html: '<p>first</p>' });
    await expect(sender.send(mail)).rejects.toThrow('too fast');
    await expect(show(sender, mail.mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /was never sent/));
    await sender.send({ ...mail, html: '<p>second</p>' });
    expect(await show(sender, mail.mailId)).toMatchObject({ html: '<p>second</p>', copy: 1, copies: 1 });
  });

  it('has two copies where it was sent again while it was in doubt: either may have arrived', async () => {
    const sender = await start({ resendWhenInDoubt: true, resendAfterMs: 0 });
    simulator.inject({ kind: 'reset-after' });
    const mail = renderedMail({ html: '<p>first</p>' });
    await expect(sender.send(mail)).rejects.toThrow('In doubt');
    await sender.db.query('UPDATE mail_ledger SET intent_at = intent_at - interval \'400 seconds\' WHERE mail_id = $1', [mail.mailId]);
    await sender.send({ ...mail, html: '<p>again</p>' });
    expect(await show(sender, mail.mailId)).toMatchObject({ html: '<p>again</p>', outcome: 'SENT', copy: 2, copies: 2 });
    expect(await show(sender, mail.mailId, 1)).toMatchObject({ html: '<p>first</p>', outcome: 'IN_DOUBT', messageId: null, copy: 1, copies: 2 });
    await expect(show(sender, mail.mailId, 3)).rejects.toMatchObject(refusal('NOT_FOUND', /the last is 2/));
  });
});

describe('a content in the table', () => {
  it('that was moved to another mail is refused, and not shown as its own', async () => {
    const sender = await start();
    const [mine, other] = [await sent(sender), await sent(sender)];
    await sender.db.query('UPDATE sent_mail SET sealed = (SELECT sealed FROM sent_mail WHERE mail_id = $2) WHERE mail_id = $1', [mine.mailId, other.mailId]);
    await expect(show(sender, mine.mailId)).rejects.toMatchObject(refusal('CONFLICT', /another mail's/));
    expect(await show(sender, other.mailId)).toMatchObject({ to: other.to });
  });

  it('that was changed is refused', async () => {
    const sender = await start();
    const { mailId } = await sent(sender);
    await sender.db.query('UPDATE sent_mail SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) WHERE mail_id = $1', [mailId]);
    await expect(show(sender, mailId)).rejects.toMatchObject(refusal('CONFLICT', /was changed in the database/));
  });

  it('says so when it was sealed with another key', async () => {
    const { mailId } = await sent(await start());
    await expect(show(await start({ secretKey: randomBytes(32) }), mailId)).rejects.toMatchObject(refusal('CONFLICT', /another TANK_SECRET_KEY/));
  });
});

describe('a mail that cannot be shown says which it is:', () => {
  it('never sent', async () => {
    const sender = await start({ runMadeAt: () => new Date() });
    const stopped = await sent(sender, { to: { address: 'kim@@mail.example' } });
    await expect(show(sender, stopped.mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /was never sent \(FAIL\)/));
    await expect(show(sender, renderedMail().mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /was never sent:/));
  });

  it('unknown to every run', async () => {
    await expect(show(await start(), renderedMail().mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /There is no mail/));
  });

  it('kept no longer, by its content or by its ledger', async () => {
    const sender = await start({ runMadeAt: () => new Date(Date.now() - 91 * 86_400_000) });
    const { mailId } = await sent(sender);
    await age(sender, mailId, 91);
    expect(await new LedgerCleaner(sender.db, { ledger: 365, sentMails: 90 }).clean()).toEqual({ ledger: 0, sentMails: 1 });
    await expect(show(sender, mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /deleted after 90 days/));
    await expect(show(sender, renderedMail().mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /deleted after 90 days/));
  });

  it('not kept, since that is switched off, or was', async () => {
    const [keeping, other] = [await start(), await start({ sentMailDays: 0 })];
    const { mailId } = await sent(other);
    expect(await other.db.query('SELECT 1 FROM sent_mail WHERE mail_id = $1', [mailId])).toEqual([]);
    await expect(show(other, mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /switched off \(SENT_MAIL_DAYS=0\)\.$/));
    await expect(show(keeping, mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /switched off \(SENT_MAIL_DAYS=0\) or shorter then/));
  });

  it('not kept where a retry was not, though the try before was', async () => {
    const [keeping, other] = [await start(), await start({ sentMailDays: 0 })];
    simulator.inject({ kind: 'throttle' });
    const mail = renderedMail();
    await expect(keeping.send(mail)).rejects.toThrow('too fast');
    await other.send({ ...mail, html: '<p>other</p>' });
    await expect(show(keeping, mail.mailId)).rejects.toMatchObject(refusal('NOT_FOUND', /was not kept/));
  });

  it('and of those that are kept the cleaner takes none, unless keeping is switched off', async () => {
    const sender = await start();
    const { mailId } = await sent(sender);
    await age(sender, mailId, 89);
    await new LedgerCleaner(sender.db, { ledger: 90, sentMails: 90 }).clean();
    expect(await show(sender, mailId)).toMatchObject({ mailId });
    await new LedgerCleaner(sender.db, { ledger: 90, sentMails: 0 }).clean();
    expect(await sender.db.query('SELECT 1 FROM sent_mail')).toEqual([]);
  });
});

describe('a file that was sent', () => {
  const LIMIT = 40_000;
  const CONTENT = randomBytes(100_001);
  const part = (sender: SenderUnderTest, mailId: string, offset = 0, stamp: string | null = null) => sender.sentMails.attachment({ mailId, copy: null, position: 1, offset, limit: LIMIT, stamp });
  const sentWithFile = async (sender: SenderUnderTest) => {
    const path = `${randomUUID()}.pdf`;
    return { ...(await sent(sender, { files: [await fileOf(path, CONTENT)] })), path: join(fileRoot, path) };
  };
  /** The same name, size and modified time. */
  async function exchange(path: string): Promise<void> {
    const { atime, mtime } = await stat(path);
    await writeFile(`${path}.new`, randomBytes(CONTENT.length));
    await utimes(`${path}.new`, atime, mtime);
    await rename(`${path}.new`, path);
  }

  it('is read again in parts, from whichever sender, byte for byte', async () => {
    const senders = [await start(), await start()];
    const { mailId } = await sentWithFile(senders[0]!);
    const parts: SentAttachmentPart[] = [await part(senders[0]!, mailId)];
    for (let offset = LIMIT; offset < CONTENT.length; offset += LIMIT) parts.push(await part(senders[parts.length % 2]!, mailId, offset, parts[0]!.stamp));
    expect(Buffer.concat(parts.map(({ base64 }) => Buffer.from(base64, 'base64'))).equals(CONTENT)).toBe(true);
    expect(parts[0]).toMatchObject({ name: '10월_명세서.pdf', size: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex'), offset: 0 });
  });

  it('that only was touched or copied back is the same', async () => {
    const sender = await start();
    const { mailId, path } = await sentWithFile(sender);
    await rm(path);
    await writeFile(path, CONTENT);
    expect(await part(sender, mailId)).toMatchObject({ size: CONTENT.length });
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['exchanged for one of the same name, size and time', exchange],
    ['grown', (path) => writeFile(path, Buffer.concat([CONTENT, CONTENT]))],
    ['removed', (path) => rm(path)],
    ['replaced by a link to a file of the same content', async (path) => { await rename(path, `${path}.moved`); await symlink(`${path}.moved`, path); }],
  ])('is refused before its first byte when it was %s', async (_what, change) => {
    const sender = await start();
    const { mailId, path } = await sentWithFile(sender);
    await change(path);
    await expect(part(sender, mailId)).rejects.toMatchObject(refusal('CONFLICT', /is not what was sent any more/));
  });

  it('is refused when it is exchanged or written to between two parts', async () => {
    const sender = await start();
    const [one, two] = [await sentWithFile(sender), await sentWithFile(sender)];
    const [first, other] = [await part(sender, one.mailId), await part(sender, two.mailId)];
    await exchange(one.path);
    await expect(part(sender, one.mailId, LIMIT, first.stamp)).rejects.toMatchObject(refusal('CONFLICT', /exchanged or written to/));
    const { atime, mtime } = await stat(two.path);
    await writeFile(two.path, randomBytes(CONTENT.length), { flag: 'r+' });
    await utimes(two.path, atime, mtime);
    await expect(part(sender, two.mailId, LIMIT, other.stamp)).rejects.toMatchObject(refusal('CONFLICT', /exchanged or written to/));
    await expect(part(sender, two.mailId, LIMIT, null)).rejects.toMatchObject(refusal('INVALID', /first part first/));
  });

  it('is told where there is none at the position, and where the share is away', async () => {
    const sender = await start();
    const { mailId } = await sentWithFile(sender);
    await expect(sender.sentMails.attachment({ mailId, copy: null, position: 2, offset: 0, limit: LIMIT, stamp: null })).rejects.toMatchObject(refusal('NOT_FOUND', /no|without a file/));
    await expect(part(await start({ fileRoot: join(fileRoot, 'not-mounted') }), mailId)).rejects.toMatchObject(refusal('UNAVAILABLE', /NAS/));
  });
});
