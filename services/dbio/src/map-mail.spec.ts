import { describe, expect, it } from '@jest/globals';
import { TryLater, type Row } from '@tank/contracts';
import { definition, HeardAlarms, mailDue, queryFailed, readingForbidden, sourceDown, sourcesWith, sourceWith, versionsWith } from '../test/fakes.js';
import { MapMail } from './map-mail.js';
import type { Source } from './source.js';

function mapMail(lookUp: Source['lookUp'], alarms = new HeardAlarms(), over = {}) {
  return new MapMail(versionsWith(definition(over)), sourcesWith(sourceWith({ lookUp })), alarms);
}
const found = (...rows: Row[]) => async () => ({ columns: [], rows });
const failing = (error: Error) => async () => Promise.reject(error);

describe('MapMail', () => {
  it('passes a mail without a Mapping Query on as it is', async () => {
    await expect(mapMail(failing(new Error('asked')), undefined, { mapping: null }).mapMail(mailDue())).resolves.toEqual({ ...mailDue(), type: 'MailMapped' });
  });

  it('binds the row and puts what it finds over it', async () => {
    const asked: unknown[] = [];
    const ending = await mapMail(async (sql, row) => { asked.push(sql, row); return { columns: [], rows: [{ amount: '9', EMAIL: 'new@b.example' }] }; }).mapMail(mailDue());
    expect(asked).toEqual(['SELECT 2', mailDue().values]);
    expect(ending).toMatchObject({ type: 'MailMapped', mailId: mailDue().mailId, values: { customer_id: 'C1', amount: '9', EMAIL: 'new@b.example' } });
  });

  it.each([
    ['no row', found(), 'MAPPING_NO_ROW'],
    ['several rows', found({ a: 1 }, { a: 2 }), 'MAPPING_MANY_ROWS'],
    ["another recipient's row", found({ customer_id: 'C2' }), 'MAPPING_FAILED'],
    ['a value that does not fit', failing(queryFailed('row')), 'MAPPING_FAILED'],
  ])('fails the mail for %s', async (_, lookUp, errorCode) => {
    const ending = await mapMail(lookUp).mapMail(mailDue());
    expect(ending).toMatchObject({ type: 'MailStopped', outcome: 'FAIL', errorCode });
    expect((ending as { errorDetail: string }).errorDetail).not.toMatch(/secret|C1|C2/);
  });

  it('gives the row back while the source is down, and raises the alarm once', async () => {
    const alarms = new HeardAlarms();
    const mapping = mapMail(failing(sourceDown()), alarms);
    for (let at = 0; at < 3; at += 1) expect(await mapping.mapMail(mailDue())).toMatchObject({ type: 'MailGivenBack', reasonCode: 'SOURCE_DOWN', retryAfterMs: expect.any(Number) });
    expect(alarms.heard).toMatchObject([{ module: 'DBIO', code: 'SOURCE_REFUSED', message: 'It is away. Because (X-1).', remedy: 'Do something.', ko: { message: '응답이 없습니다. 그래서입니다 (X-1).', remedy: '조치하세요.' } }]);
  });

  it('gives the row back until forbidden hours are over, and alarms nobody', async () => {
    const alarms = new HeardAlarms();
    expect(await mapMail(failing(readingForbidden()), alarms).mapMail(mailDue())).toMatchObject({ type: 'MailGivenBack', reasonCode: 'SOURCE_FORBIDDEN_HOURS', reason: 'Not before 18:00.', retryAfterMs: 42_000 });
    expect(alarms.heard).toEqual([]);
  });

  it('gives the row back soon when the moment was bad, with one alarm', async () => {
    const alarms = new HeardAlarms();
    const mapping = mapMail(failing(queryFailed('moment')), alarms);
    for (let at = 0; at < 3; at += 1) expect(await mapping.mapMail(mailDue())).toMatchObject({ type: 'MailGivenBack', reasonCode: 'SOURCE_BUSY' });
    expect(alarms.heard).toMatchObject([{ code: 'SOURCE_BUSY' }]);
  });

  it.each([
    ['the query is broken', failing(queryFailed('query')), 'MAPPING_QUERY_FAILED'],
    ['the credentials are wrong', failing(sourceDown(true)), 'SOURCE_WRONG_PASSWORD'],
  ])('pauses the run and gives the row back when %s', async (_, lookUp, reasonCode) => {
    expect(await mapMail(lookUp).mapMail(mailDue())).toEqual([expect.objectContaining({ type: 'RunHalted', status: 'PAUSED', reasonCode }), expect.objectContaining({ type: 'MailGivenBack' })]);
  });

  it('tries later while the scheduler does not answer', async () => {
    const away = versionsWith(() => Promise.reject(new TryLater('away', 1000)));
    await expect(new MapMail(away, sourcesWith(sourceWith({})), new HeardAlarms()).mapMail(mailDue())).rejects.toBeInstanceOf(TryLater);
  });
});
