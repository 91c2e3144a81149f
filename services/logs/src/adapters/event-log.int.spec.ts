import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLettered, RunChanged } from '@tank/contracts';
import { LogEvents } from '../log-events.js';
import { runOf } from '../recorded-mail.fixture.js';
import { openLogTables, type LogTablesOfTest } from './log-tables.fixture.js';

let tables: LogTablesOfTest;
let events: LogEvents;

beforeAll(async () => {
  tables = await openLogTables('event_log');
  events = new LogEvents(tables.events);
});
afterAll(() => tables.close());

describe('a run in the log', () => {
  const changed = (run: RunChanged['run'], revision: number): RunChanged => ({ v: 1, type: 'RunChanged', run, revision });
  const logged = async (runId: string) => (await tables.source.query('SELECT * FROM auto_run_log WHERE run_id = $1', [runId]))[0];

  it('has the seeds\' columns and the counts', async () => {
    const run = runOf({ reasonCode: 'X', reason: '이유\u0000', counts: { total: 200, waiting: 1, dispatched: 2, sent: 191, failed: 4, skipped: 5, inDoubt: 6, canceled: 7 } });
    await events.run(changed(run, 3));
    expect(await logged(run.runId)).toMatchObject({
      status: 'RUNNING', start_at: new Date(run.startAt!), end_at: null, automation_name: '월 명세서', trigger: 'schedule', time_zone: 'Asia/Seoul',
      total_count: 200, sent_count: 191, failed_count: 4, skipped_count: 5, in_doubt_count: 6, canceled_count: 7, reason_code: 'X', reason: '이유', revision: 3,
    });
  });

  it('is never taken back by an older revision that arrives late', async () => {
    const run = runOf();
    await events.run(changed({ ...run, status: 'COMPLETED', endAt: '2026-11-20T01:00:00.000Z' }, 5));
    const before = await logged(run.runId);
    await events.run(changed(run, 4));
    await events.run(changed(run, 5));
    expect(await logged(run.runId)).toEqual(before);
    await events.run(changed({ ...run, status: 'FAIL' }, 6));
    expect(await logged(run.runId)).toMatchObject({ status: 'FAIL', revision: 6 });
  });
});

describe('a dead letter', () => {
  it('is kept whole and once, even what PostgreSQL would not take as text', async () => {
    const payload = { text: 'a\u0000b', half: '\uD83D', 'key\u0000': [1, null] };
    const letter: DeadLettered = { v: 1, type: 'DeadLettered', deadLetterId: randomUUID(), step: 'map', messageType: 'MailDue', reason: 'Error: x\u0000', runId: null, mailId: null, payload, occurredAt: '2026-11-20T00:00:00.000Z' };
    await events.deadLetter(letter);
    await events.deadLetter(letter);
    const found = await tables.source.query('SELECT payload, reason FROM dead_letter WHERE dead_letter_id = $1', [letter.deadLetterId]);
    expect(found).toEqual([{ payload, reason: 'Error: x' }]);
  });

  it('is a system error, too, and one only however often it comes', async () => {
    const [runId, mailId] = [randomUUID(), `${randomUUID()}-7`];
    const letter: DeadLettered = { v: 1, type: 'DeadLettered', deadLetterId: randomUUID(), step: 'attach', messageType: 'MailMapped', reason: 'Error: 김철수\u0000', runId, mailId, payload: { values: { name: '김철수' } }, occurredAt: '2026-11-20T00:00:00.000Z' };
    await events.deadLetter(letter);
    await events.deadLetter(letter);
    const found = await tables.source.query('SELECT error_id, module, code, message, mail_id FROM system_error_log WHERE run_id = $1', [runId]);
    expect(found).toEqual([{ error_id: letter.deadLetterId, module: 'WORKER', code: 'DEAD_LETTER', message: 'The step "attach" set a MailMapped aside, which kept failing: Error: …', mail_id: mailId }]);
  });

  it('is a system error even if it cannot be kept itself', async () => {
    const told: string[] = [];
    const failing = new LogEvents({ putRun: async () => undefined, addSystemError: async ({ code }) => void told.push(code), addDeadLetter: () => Promise.reject(new Error('refused')) });
    await expect(failing.deadLetter({ v: 1, type: 'DeadLettered', deadLetterId: randomUUID(), step: 'map', messageType: 'MailDue', reason: 'x', runId: null, mailId: null, payload: {}, occurredAt: '2026-11-20T00:00:00.000Z' })).rejects.toThrow('refused');
    expect(told).toEqual(['DEAD_LETTER']);
  });

  it('may have no payload at all', async () => {
    const letter = { v: 1 as const, type: 'DeadLettered' as const, deadLetterId: randomUUID(), step: 'map', messageType: 'unknown', reason: 'x', runId: null, mailId: null, payload: undefined, occurredAt: '2026-11-20T00:00:00.000Z' };
    await events.deadLetter(letter);
    expect(await tables.source.query('SELECT payload FROM dead_letter WHERE dead_letter_id = $1', [letter.deadLetterId])).toEqual([{ payload: null }]);
  });
});
