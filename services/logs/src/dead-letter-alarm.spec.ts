import { describe, expect, it } from '@jest/globals';
import { MESSAGES, type DeadLettered } from '@tank/contracts';
import { alarmOf } from './dead-letter-alarm.js';
import { recordedMail } from './recorded-mail.fixture.js';

const RUN = '3f1d3f86-4e0c-4f3e-9a65-8f3b0a7f1a01';
const letter = (changes: Partial<DeadLettered> = {}): DeadLettered => ({
  v: 1, type: 'DeadLettered', deadLetterId: '5a3f2f4e-3c1b-4a77-9a51-0d2a5b3c7e10', step: 'map', messageType: 'MailDue', reason: 'TypeError: x is not a function', runId: RUN,
  mailId: `${RUN}-1`, payload: {}, occurredAt: '2026-11-20T00:00:00.000Z', ...changes,
});

describe('the system error of a dead letter', () => {
  it('says step, kind and reason, which run and mail, and what to do, under the dead letter\'s id', () => {
    const alarm = alarmOf(letter());
    expect(alarm).toMatchObject({ errorId: letter().deadLetterId, module: 'WORKER', code: 'DEAD_LETTER', runId: RUN, mailId: `${RUN}-1`, occurredAt: letter().occurredAt });
    expect(alarm.message).toBe('The step "map" set a MailDue aside, which kept failing: TypeError: x is not a function');
    expect(alarm.remedy).toContain(`dead_letter_id ${letter().deadLetterId}`);
    expect(MESSAGES.SystemErrorRaised.safeParse(alarm).success).toBe(true);
  });

  it('leaves out what the customer\'s row says, addresses, and whatever an error quotes', () => {
    const payload = recordedMail({ runId: RUN, row: 1, recipientKey: '110-123', values: { name: '김철수', amount: 1000, nested: null, city: '서울', one: 'a' } });
    const reason = 'DriverError: invalid input "hong gil" for 김철수 (110-123, 1000, 서울), c1@bank.example and other@x.example at SQLSTATE 22003 of a table 11000';
    expect(alarmOf(letter({ payload, reason })).message).toBe('The step "map" set a MailDue aside, which kept failing: DriverError: invalid input "…" for … (…, …, …), … and … at SQLSTATE 22003 of a table 11000');
  });

  it.each([[null], [undefined], ['text'], [[1]], [{ values: 'x', to: 'y', unreadable: '{' }]])('is there for the payload %j, too', (payload) => {
    expect(alarmOf(letter({ payload, messageType: 'unknown', runId: null, mailId: null }))).toMatchObject({ code: 'DEAD_LETTER', runId: null, mailId: null });
  });
});
