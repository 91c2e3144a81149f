import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import type { Claim, IntentOrder } from '../ledger.js';
import { sentEnding, unsentEnding, type MailRecord } from '../settlement.js';
import { LedgerCleaner } from './ledger-cleaner.js';
import { openSenderDatabase, type SenderDatabase } from './sender-database.js';
import { SentLedger } from './sent-ledger.js';

const record: MailRecord = { to: { address: 'kim@mail.example' }, subject: '명세서', files: [], attachmentChecks: [], templateCheck: null };
const at = new Date('2026-11-20T00:00:00Z');
const sent = { state: 'SENT', ending: sentEnding('0100-1', at) } as const;
const doubt = unsentEnding('IN_DOUBT', 'SES_UNKNOWN', 'gone', at);
const notSent = { state: 'NOT_SENT', called: true, failed: false } as const;

function order(over: Partial<IntentOrder> = {}): IntentOrder {
  const runId = over.runId ?? randomUUID();
  const mailId = over.mailId ?? `${runId}-1`;
  return { mailId, runId, afterAttempt: 0, resends: 0, claims: [], claimant: { runId, mailId }, record, content: null, ...over };
}

describe('the ledger', () => {
  let database: TestDatabase;
  let db: SenderDatabase;
  let otherDb: SenderDatabase;
  let ledger: SentLedger;
  let other: SentLedger;

  beforeAll(async () => {
    database = await createDatabase('ledger');
    [db, otherDb] = await Promise.all([openSenderDatabase(roleUrl(database, 'sender'), 5), openSenderDatabase(roleUrl(database, 'sender'), 5)]);
    [ledger, other] = [new SentLedger(db, 1_000), new SentLedger(otherDb, 1_000)];
  });
  afterAll(async () => {
    await Promise.all([db.close(), otherDb.close()]);
    await database.drop();
  });

  const age = (mailId: string, seconds: number) => db.query('UPDATE mail_ledger SET intent_at = intent_at - $2 * interval \'1 second\' WHERE mail_id = $1 RETURNING 1', [mailId, seconds]);

  it('gives one intent when many senders want the same mail at once', async () => {
    const wanted = order();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => (i % 2 ? ledger : other).takeIntent(wanted)));
    expect(answers.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'lost')).toHaveLength(5);
  });

  it('keeps every mail of a crowd apart', async () => {
    const orders = Array.from({ length: 500 }, () => order());
    const answers = await Promise.all(orders.flatMap((one) => [ledger.takeIntent(one), other.takeIntent(one)]));
    const takers = orders.map((_, i) => [answers[2 * i], answers[2 * i + 1]].filter((answer) => answer?.kind === 'taken').length);
    expect(new Set(takers)).toEqual(new Set([1]));
  });

  it('goes from NOT_SENT(n) to INTENT(n+1), and from nothing else', async () => {
    const first = order();
    expect(await ledger.takeIntent(first)).toEqual({ kind: 'taken', attempt: 1, failures: 0 });
    expect(await ledger.takeIntent({ ...first, afterAttempt: 1 })).toEqual({ kind: 'lost' });
    expect(await ledger.record(first.mailId, 1, { ...notSent, failed: true })).toMatchObject({ state: 'NOT_SENT', calls: 1, failures: 1 });
    expect(await ledger.takeIntent(first)).toEqual({ kind: 'lost' });
    expect(await other.takeIntent({ ...first, afterAttempt: 1 })).toEqual({ kind: 'taken', attempt: 2, failures: 1 });
    expect(await other.record(first.mailId, 2, sent)).toMatchObject({ state: 'SENT', calls: 2, settlement: { ...record, messageId: '0100-1', outcome: 'SENT' } });
    expect(await ledger.takeIntent({ ...first, afterAttempt: 2 })).toEqual({ kind: 'lost' });
  });

  it('does not count a call that was called off', async () => {
    const one = order();
    await ledger.takeIntent(one);
    expect(await ledger.record(one.mailId, 1, { ...notSent, called: false })).toMatchObject({ attempt: 1, calls: 0 });
  });

  it('ignores what an older attempt became', async () => {
    const one = order();
    await ledger.takeIntent(one);
    await ledger.record(one.mailId, 1, notSent);
    await ledger.takeIntent({ ...one, afterAttempt: 1 });
    expect(await ledger.record(one.mailId, 1, sent)).toBeNull();
    expect(await ledger.find(one.mailId)).toMatchObject({ state: 'INTENT', attempt: 2 });
  });

  it('doubts an intent only past its deadline', async () => {
    const one = order();
    await ledger.takeIntent(one);
    expect(await other.doubt(one.mailId, 1, 60_000, doubt)).toBeNull();
    await age(one.mailId, 61);
    expect(await other.doubt(one.mailId, 1, 60_000, doubt)).toMatchObject({ state: 'IN_DOUBT', settlement: { outcome: 'IN_DOUBT', subject: '명세서' } });
  });

  it('lets late evidence turn IN_DOUBT into SENT, but not into NOT_SENT', async () => {
    const one = order();
    await ledger.takeIntent(one);
    await age(one.mailId, 61);
    await other.doubt(one.mailId, 1, 60_000, doubt);
    expect(await ledger.record(one.mailId, 1, notSent)).toBeNull();
    expect(await ledger.record(one.mailId, 1, sent)).toMatchObject({ state: 'SENT', settlement: { outcome: 'SENT', errorCode: null } });
  });

  it('resends a mail in doubt only when asked, only when old enough', async () => {
    const one = order();
    await ledger.takeIntent(one);
    await ledger.record(one.mailId, 1, { state: 'IN_DOUBT', ending: doubt });
    expect(await ledger.takeIntent({ ...one, afterAttempt: 1 })).toEqual({ kind: 'lost' });
    expect(await ledger.takeIntent({ ...one, afterAttempt: 1, resends: 1 })).toEqual({ kind: 'lost' });
    await age(one.mailId, 2);
    expect(await ledger.takeIntent({ ...one, afterAttempt: 1 })).toEqual({ kind: 'lost' });
    expect(await ledger.takeIntent({ ...one, afterAttempt: 1, resends: 1 })).toMatchObject({ kind: 'taken', attempt: 2 });
  });

  it('closes what was not sent, and nothing else', async () => {
    const settlement = { ...record, ...unsentEnding('SKIPPED', 'NOT_FOUND', 'no file', at) };
    const [fresh, intent, retried] = [order(), order(), order()];
    await Promise.all([intent, retried].map((one) => ledger.takeIntent(one)));
    await ledger.record(retried.mailId, 1, notSent);
    const closed = await Promise.all([fresh, intent, retried].map(({ mailId, runId }) => ledger.close(mailId, runId, settlement)));
    expect(closed.map((entry) => entry?.state)).toEqual(['CLOSED', undefined, 'CLOSED']);
    expect(await ledger.takeIntent(fresh)).toEqual({ kind: 'lost' });
  });

  describe('claims of files', () => {
    const path = (key: string): Claim => ({ kind: 'path', key });
    const content = (key: string): Claim => ({ kind: 'content', key });

    it('lets one file leave for one recipient of a run, by path or by content', async () => {
      const runId = randomUUID();
      const mine = order({ runId, mailId: `${runId}-1`, claims: [path('a.pdf'), content('aaa')] });
      const samePath = order({ runId, mailId: `${runId}-2`, claims: [path('a.pdf'), content('bbb')] });
      const sameContent = order({ runId, mailId: `${runId}-3`, claims: [path('c.pdf'), content('aaa')] });
      expect(await ledger.takeIntent(mine)).toMatchObject({ kind: 'taken' });
      expect(await other.takeIntent(samePath)).toEqual({ kind: 'claimed', claims: [path('a.pdf')] });
      expect(await other.takeIntent(sameContent)).toEqual({ kind: 'claimed', claims: [content('aaa')] });
      expect(await ledger.find(samePath.mailId)).toBeNull();
    });

    it('lets the same mail come again, and another run have the file', async () => {
      const claims = [path('a.pdf')];
      const one = order({ claims });
      await ledger.takeIntent(one);
      await ledger.record(one.mailId, 1, notSent);
      expect(await other.takeIntent({ ...one, afterAttempt: 1 })).toMatchObject({ kind: 'taken' });
      expect(await other.takeIntent(order({ claims }))).toMatchObject({ kind: 'taken' });
    });

    it('are those of the mail that it was first, for a mail that is sent again', async () => {
      const first = order({ claims: [path('a.pdf')] });
      await ledger.takeIntent(first);
      const again = order({ claims: first.claims, claimant: first.claimant });
      expect(await other.takeIntent(again)).toMatchObject({ kind: 'taken' });
      const neighbour = { runId: first.runId, mailId: `${first.runId}-2` };
      expect(await other.takeIntent(order({ claims: first.claims, claimant: neighbour }))).toEqual({ kind: 'claimed', claims: first.claims });
    });

    it('holds when two senders ask at the same moment, in any order', async () => {
      for (let i = 0; i < 20; i += 1) {
        const runId = randomUUID();
        const claims = [path('z'), content('1'), path('a')];
        const answers = await Promise.all([
          ledger.takeIntent(order({ runId, mailId: `${runId}-1`, claims })), ledger.takeIntent(order({ runId, mailId: `${runId}-2`, claims: claims.toReversed() })),
          other.takeIntent(order({ runId, mailId: `${runId}-3`, claims: claims.toReversed() })), other.takeIntent(order({ runId, mailId: `${runId}-4`, claims })),
        ]);
        expect(answers.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
      }
    });
  });

  it('stores values that PostgreSQL\'s jsonb would refuse', async () => {
    const one = order({ record: { ...record, subject: 'a\u0000b\ud800c' } });
    await ledger.takeIntent(one);
    expect(await ledger.record(one.mailId, 1, sent)).toMatchObject({ settlement: { subject: 'ab\ufffdc' } });
  });

  it('forgets entries and claims after their days, and only those', async () => {
    const [old, young] = [order({ claims: [{ kind: 'path', key: 'old' }] }), order({ claims: [{ kind: 'path', key: 'young' }] })];
    await Promise.all([ledger.takeIntent(old), ledger.takeIntent(young)]);
    for (const [table, key] of [['mail_ledger', old.mailId], ['file_claim', old.mailId]] as const) {
      await db.query(`UPDATE ${table} SET created_at = now() - interval '91 days' WHERE mail_id = $1 RETURNING 1`, [key]);
    }
    expect(await new LedgerCleaner(db, { ledger: 90, sentMails: 90 }).clean()).toEqual({ ledger: 2, sentMails: 0 });
    expect(await ledger.find(old.mailId)).toBeNull();
    expect(await ledger.find(young.mailId)).not.toBeNull();
  });
});
