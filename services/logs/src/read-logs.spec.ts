import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { REQUESTS, type MailLog } from '@tank/contracts';
import { AddressPrivacy } from './address-privacy.js';
import { ReadLogs, type LogQuestions } from './read-logs.js';
import { recordedMails } from './recorded-mail.fixture.js';

describe('a page of mails', () => {
  it('ends early when its texts are long, so that the answer fits, and the next goes on from there', async () => {
    const mails = recordedMails(randomUUID(), 300, { errorDetail: '가'.repeat(4_000) }) as unknown as MailLog[];
    const mailsOfRun: LogQuestions['mailsOfRun'] = async (_, { after, limit }) => mails.filter(({ row }) => row > (after?.[0] ?? 0)).slice(0, limit);
    const reading = new ReadLogs({ mailsOfRun } as LogQuestions, new AddressPrivacy('plain', undefined));
    const asks = REQUESTS['logs.list-mails'].asks;
    const seen: number[] = [];
    for (let after: string | null = null, page = 0; page === 0 || after; page += 1) {
      const { items, next } = await reading.listMails(asks.parse({ runId: randomUUID(), limit: 1000, after }));
      expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(720_000);
      seen.push(...items.map(({ row }) => row));
      after = next;
    }
    expect(seen).toEqual(mails.map(({ row }) => row));
  });
});
