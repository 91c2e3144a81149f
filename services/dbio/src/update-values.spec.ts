import { describe, expect, it } from '@jest/globals';
import { mailSettled } from '../test/fakes.js';
import { localTimestamp, updateBindable, updateValues } from './update-values.js';

describe('updateValues', () => {
  it('offers the row and the result, whose names win in any case', () => {
    const mail = mailSettled({ values: { customer_id: 'C1', send_status: 'old', Run_Id: 'mine' } });
    expect(updateValues(mail, 'Asia/Seoul')).toEqual({
      customer_id: 'C1', SEND_STATUS: 'SENT', MESSAGE_ID: 'ses-1', SENT_AT: '2026-11-20T09:00:00.000+09:00', ERROR_CODE: null, MAIL_ID: mail.mailId, RUN_ID: mail.runId,
    });
  });

  it('lets the same names be checked', () => {
    expect(updateBindable(['customer_id', 'send_status'])).toEqual(['customer_id', 'SEND_STATUS', 'MESSAGE_ID', 'SENT_AT', 'ERROR_CODE', 'MAIL_ID', 'RUN_ID']);
  });
});

describe('localTimestamp', () => {
  it.each([
    ['2026-11-19T15:00:00.000Z', 'Asia/Seoul', '2026-11-20T00:00:00.000+09:00'],
    ['2026-11-20T00:00:00.123Z', 'UTC', '2026-11-20T00:00:00.123+00:00'],
    ['2026-11-20T00:00:00.000Z', 'Asia/Kolkata', '2026-11-20T05:30:00.000+05:30'],
    ['2026-07-01T12:00:00.000Z', 'America/New_York', '2026-07-01T08:00:00.000-04:00'],
  ])('writes %s in %s as %s', (at, zone, text) => expect(localTimestamp(new Date(at), zone)).toBe(text));
});
