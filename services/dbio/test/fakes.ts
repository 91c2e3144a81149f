import { automationDefinitionSchema, MESSAGE_VERSION, type AutomationDefinition, type MailDue, type MailSettled, type Row, type SystemErrorRaised } from '@tank/contracts';
import { Alarms } from '../src/alarms.js';
import { sourceFailed } from '../src/problem.js';
import { queryError } from '../src/sql/query-problem.js';
import { QueryFailed, ReadingForbidden, type SourceFailed, type Blame, type Source, type Sources } from '../src/source.js';
import type { Versions } from '../src/versions.js';

export const RUN_ID = '0b8f2d5e-6a51-4a0e-8f0e-1f6f4b1f9a01';
export const CONNECTION_ID = '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11';
export const VERSION_ID = '9a4b4f0c-5f43-4b7e-8a51-5d4b7f6f2c02';
const AUTOMATION_ID = '2c3d4e5f-6a7b-4c8d-9e0f-1a2b3c4d5e03';

export function definition(over: object = {}): AutomationDefinition {
  return automationDefinitionSchema.parse({
    connectionId: CONNECTION_ID,
    recipient: { keyColumn: 'customer_id', addressColumn: 'email' },
    target: { sql: 'SELECT 1' },
    mapping: { sql: 'SELECT 2' },
    update: { sql: 'UPDATE 3' },
    ...over,
  });
}

export function versionsWith(found: AutomationDefinition | (() => Promise<AutomationDefinition>)): Versions {
  return { get: async () => ({ definition: await (typeof found === 'function' ? found() : found) }) };
}

/** A source of which only what a test gives can be called. */
export function sourceWith(parts: Partial<Source>): Source {
  return { connectionId: CONNECTION_ID, name: 'customers', timeZone: 'Asia/Seoul', warnings: () => [], ...parts } as Source;
}

export function sourcesWith(source: Source | (() => Promise<Source>)): Sources {
  return { sourceOf: async () => (typeof source === 'function' ? source() : source) };
}

export class HeardAlarms extends Alarms {
  readonly heard: SystemErrorRaised[];

  constructor() {
    const heard: SystemErrorRaised[] = [];
    super(async (error) => void heard.push(error));
    this.heard = heard;
  }
}

export function sourceDown(isLasting = false): SourceFailed {
  return sourceFailed({
    code: isLasting ? 'SOURCE_WRONG_PASSWORD' : 'SOURCE_REFUSED', isLasting,
    message: ['It is away.', '응답이 없습니다.'], cause: ['Because.', '그래서입니다.'], remedy: ['Do something.', '조치하세요.'],
  }, ['X-1']);
}

/** Forbidden for another 42 seconds. */
export function readingForbidden(): ReadingForbidden {
  return new ReadingForbidden({ ...sourceDown().problem, code: 'SOURCE_FORBIDDEN_HOURS', message: 'Not before 18:00.' }, 42_000);
}

export function queryFailed(blame: Blame): QueryFailed {
  const error = queryError('', { code: '22P02', message: 'invalid: "secret value"', cause: ['A value does not fit.', '값이 맞지 않습니다.'], remedy: ['Correct it.', '고치세요.'] });
  return new QueryFailed(error, blame, 'invalid: "…" (22P02)');
}

export function mailDue(values: Row = { customer_id: 'C1', email: 'a@b.example' }, row = 1): MailDue {
  return {
    v: MESSAGE_VERSION, type: 'MailDue', mailId: `${RUN_ID}-${row}`, runId: RUN_ID, row, automationId: AUTOMATION_ID, versionId: VERSION_ID,
    dispatch: 1, businessDate: '2026-11-20T09:00:00', recipientKey: 'C1', values,
  };
}

export function mailSettled(over: Partial<MailSettled> = {}, row = 1): MailSettled {
  return {
    ...mailDue(undefined, row), type: 'MailSettled', attachmentChecks: [], templateCheck: null, outcome: 'SENT', errorCode: null, errorDetail: null, to: null, subject: null,
    messageId: 'ses-1', sentAt: '2026-11-20T00:00:00.000Z', settledAt: '2026-11-20T00:00:00.500Z', attempts: 1, ...over,
  };
}
