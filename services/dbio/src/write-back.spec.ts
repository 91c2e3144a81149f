import { describe, expect, it } from '@jest/globals';
import { TryLater, type MailSettled, type Row } from '@tank/contracts';
import { definition, HeardAlarms, mailSettled, queryFailed, sourceDown, sourcesWith, sourceWith, versionsWith } from '../test/fakes.js';
import type { UpdateResult } from './source.js';
import { WriteBack } from './write-back.js';

const SETTLED = Date.parse(mailSettled().settledAt);
const GIVE_UP = 600_000;

function writeBack(update: (sql: string, rows: Row[]) => Promise<UpdateResult[]>, { alarms = new HeardAlarms(), over = {}, now = SETTLED } = {}) {
  return new WriteBack(versionsWith(definition(over)), sourcesWith(sourceWith({ update })), alarms, GIVE_UP, () => now);
}
const changing = async (_: string, rows: Row[]) => rows.map(() => ({ changed: 1 }));

describe('WriteBack', () => {
  it('updates all mails of a version in one call and answers each in its place', async () => {
    const calls: Row[][] = [];
    const mails = [mailSettled({}, 1), mailSettled({ outcome: 'CANCELED' }, 2), mailSettled({ outcome: 'FAIL', errorCode: 'BAD_ADDRESS', messageId: null, sentAt: null }, 3)];
    const endings = await writeBack(async (_, rows) => { calls.push(rows); return [{ changed: 1 }, { changed: 0 }]; }).writeBack(mails);
    expect(calls).toEqual([[expect.objectContaining({ MAIL_ID: mails[0]!.mailId, SEND_STATUS: 'SENT' }), expect.objectContaining({ MAIL_ID: mails[2]!.mailId, SEND_STATUS: 'FAIL', ERROR_CODE: 'BAD_ADDRESS', SENT_AT: null })]]);
    expect(endings).toEqual([
      { ...mails[0], type: 'MailRecorded', updateQueryOk: 'Y', updateError: null },
      { ...mails[1], type: 'MailRecorded', updateQueryOk: null, updateError: null },
      { ...mails[2], type: 'MailRecorded', updateQueryOk: 'N', updateError: 'The Update Query changed no row.' },
    ]);
  });

  it.each([['CANCELED'], ['IN_DOUBT']] as const)('does not run for %s by default, and does when the author wants it', async (outcome) => {
    const mail = mailSettled({ outcome });
    expect(await writeBack(changing).writeBack([mail])).toMatchObject([{ updateQueryOk: null }]);
    expect(await writeBack(changing, { over: { update: { sql: 'UPDATE 3', after: [outcome] } } }).writeBack([mail])).toMatchObject([{ updateQueryOk: 'Y' }]);
  });

  it('does nothing without an Update Query', async () => {
    expect(await writeBack(() => Promise.reject(new Error('asked')), { over: { update: null } }).writeBack([mailSettled()])).toMatchObject([{ updateQueryOk: null }]);
  });

  it('records N for a row that failed, in words without values', async () => {
    expect(await writeBack(async () => [{ failed: queryFailed('row') }]).writeBack([mailSettled()])).toMatchObject([{ updateQueryOk: 'N', updateError: 'invalid: "…" (22P02)' }]);
  });

  it('records N and raises the alarm for a broken query', async () => {
    const alarms = new HeardAlarms();
    expect(await writeBack(() => Promise.reject(queryFailed('query')), { alarms }).writeBack([mailSettled()])).toMatchObject([{ updateQueryOk: 'N' }]);
    expect(alarms.heard).toMatchObject([{ code: 'UPDATE_QUERY_FAILED', message: expect.stringContaining('A value does not fit.'), ko: { message: expect.stringContaining('값이 맞지 않습니다.') } }]);
    expect(JSON.stringify(alarms.heard)).not.toContain('secret');
  });

  it('waits for a source that is down, and gives up ten minutes after the mail was settled', async () => {
    const alarms = new HeardAlarms();
    const down = () => Promise.reject(sourceDown());
    expect(await writeBack(down, { alarms, now: SETTLED + GIVE_UP - 1 }).writeBack([mailSettled()])).toEqual([expect.any(TryLater)]);
    expect(await writeBack(down, { alarms, now: SETTLED + GIVE_UP }).writeBack([mailSettled()])).toMatchObject([{ type: 'MailRecorded', outcome: 'SENT', updateQueryOk: 'N', updateError: 'It is away.' }]);
    expect(alarms.heard).toMatchObject([{ code: 'SOURCE_REFUSED' }, { code: 'UPDATE_GIVEN_UP', message: expect.stringContaining('Because (X-1).'), ko: { message: expect.stringContaining('그래서입니다') } }]);
  });

  it('tries only the rows again whose moment was bad', async () => {
    const alarms = new HeardAlarms();
    const endings = await writeBack(async () => [{ changed: 1 }, { failed: queryFailed('moment') }], { alarms }).writeBack([mailSettled({}, 1), mailSettled({}, 2)]);
    expect(alarms.heard).toMatchObject([{ code: 'SOURCE_BUSY' }]);
    expect(endings).toEqual([expect.objectContaining({ updateQueryOk: 'Y' }), expect.any(TryLater)]);
  });

  describe('of a mail that was settled long after its way', () => {
    const late = (over: Partial<MailSettled> = {}) => mailSettled({ isUnmapped: true, values: { customer_id: 'C1' }, ...over }, 2);
    function lateWriteBack(lookUp: (sql: string, row: Row) => Promise<{ columns: []; rows: Row[] }>, calls: Row[][] = []) {
      const update = async (_: string, rows: Row[]) => { calls.push(rows); return rows.map(() => ({ changed: 1 })); };
      return new WriteBack(versionsWith(definition()), sourcesWith(sourceWith({ update, lookUp })), new HeardAlarms(), GIVE_UP, () => SETTLED);
    }

    it('looks its mapping up first, since only the target row is kept', async () => {
      const [calls, asked]: [Row[][], Row[]] = [[], []];
      const found = async (_: string, row: Row) => { asked.push(row); return { columns: [] as [], rows: [{ branch: '강남' }] }; };
      const endings = await lateWriteBack(found, calls).writeBack([mailSettled({}, 1), late()]);
      expect(asked).toEqual([{ customer_id: 'C1' }]);
      expect(calls).toEqual([[expect.not.objectContaining({ branch: '강남' }), expect.objectContaining({ customer_id: 'C1', branch: '강남', SEND_STATUS: 'SENT' })]]);
      expect(endings).toMatchObject([{ updateQueryOk: 'Y' }, { updateQueryOk: 'Y' }]);
    });

    it('records N where there is no mapping any more, and updates the others', async () => {
      const endings = await lateWriteBack(async () => ({ columns: [], rows: [] })).writeBack([mailSettled({}, 1), late()]);
      expect(endings).toMatchObject([{ updateQueryOk: 'Y' }, { updateQueryOk: 'N', updateError: expect.stringContaining('no row') }]);
    });

    it('waits for a source that is down, and updates the others', async () => {
      const endings = await lateWriteBack(() => Promise.reject(sourceDown())).writeBack([mailSettled({}, 1), late()]);
      expect(endings).toEqual([expect.objectContaining({ updateQueryOk: 'Y' }), expect.any(TryLater)]);
    });
  });

  it('leaves the mails of another version alone when one version fails', async () => {
    const other: MailSettled = mailSettled({ versionId: '11111111-2222-4333-8444-555555555555' }, 2);
    const versions = { get: async (id: string) => (id === other.versionId ? Promise.reject(new TryLater('away', 1000)) : { definition: definition() }) };
    const endings = await new WriteBack(versions, sourcesWith(sourceWith({ update: changing })), new HeardAlarms(), GIVE_UP).writeBack([other, mailSettled()]);
    expect(endings).toEqual([expect.any(TryLater), expect.objectContaining({ updateQueryOk: 'Y' })]);
  });

  it('gives a mistake of ours to its own message as a defect', async () => {
    const mistake = new Error('mistake');
    expect(await writeBack(() => Promise.reject(mistake)).writeBack([mailSettled()])).toEqual([mistake]);
  });
});
