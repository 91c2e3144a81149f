import { createHash } from 'node:crypto';
import { automationDefinitionSchema, connectionLimitsSchema, DEFAULT_GROUP, type Automation, type AutomationDefinition, type AutomationFile, type AutomationVersion, type ChangedVersion, type Connection, type FailedFile, type FailedTemplate, type Group, type MailLog, type MailWithTrail, type ManagedUser, type PasswordKey, type QueryError, type Run, type Schedule, type SentAttachmentPart, type SentMail, type Session, type SourceProblem, type User } from '@tank/contracts';

export const AUTOMATION = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
export const VERSION = '0d8a0a3e-5b1f-4d53-9f0a-4b1d0f8f5a11';
export const CONNECTION = '3c0d4f4e-53b5-4c73-8c07-9d5b8d7b8a12';
export const RUN = '9e2f6d0c-1c1a-4f57-a6f1-2f8f7a1b5c13';
export const ENDED_RUN = 'a1b7e0c4-4d3e-4c55-8f26-6d1f0e9c7b17';
export const SCHEDULE = 'c2f7b8de-0b55-4a0b-b1de-7a3e5d1f9e14';
export const USER = '5b8f2a90-33c4-4f0e-9d52-1c7f6a2b4d15';
export const SESSION = '7e1d9c40-62b5-4a7d-8e03-2b9f4c6a8e16';
export const GROUP = 'a4c8e1d2-7b36-4f5a-8c19-3d2e5f7a9b17';
export const PASSWORD = 'correct geheim battery';
export const AT = '2026-11-20T00:00:00.000Z';
export const ACTOR = { userId: USER, name: 'kim' };

export const column = (name: string) => ({ name, type: 'text' });
export const TARGET = { sql: 'SELECT customer_id, email FROM due', columns: [column('customer_id'), column('email')], checkedAt: AT };
export const MAPPING = { sql: 'SELECT amount FROM bill WHERE id = :customer_id', columns: [column('amount')], checkedAt: AT };
export const UPDATE = { sql: "UPDATE due SET state = :SEND_STATUS WHERE id = :customer_id", columns: [], checkedAt: AT, after: ['SENT' as const] };
export const TEMPLATE = { format: 'html' as const, subject: '{{amount}}원', body: '<p>{{customer_id}}</p>', defaults: {}, htmlColumns: [] };
export const SENDER = { address: 'billing@bank.example' };
export const RECIPIENT = { keyColumn: 'customer_id', addressColumn: 'email' };
export const FILE_RULE = { name: 'statement', file: '{{customer_id}}.pdf' };

export const definition = (of: Partial<AutomationDefinition> = {}): AutomationDefinition =>
  ({ ...automationDefinitionSchema.parse({}), connectionId: CONNECTION, ...of });
export const version = (of: Partial<AutomationDefinition> = {}): AutomationVersion => ({
  versionId: VERSION, automationId: AUTOMATION, automationName: '월 명세서', number: 1, status: 'DRAFT', definition: definition(of), createdAt: AT, writtenBy: [ACTOR],
  approvedBy: null, approvedAt: null, activatedAt: null,
});
export const automation = (of: Partial<AutomationDefinition> = {}): Automation => ({
  automationId: AUTOMATION, name: '월 명세서', description: '', groupId: DEFAULT_GROUP, activeVersion: null, draftVersion: version(of), createdAt: AT, revision: 1,
});
export const changedVersion = (of: Partial<AutomationDefinition> = {}): ChangedVersion => ({ version: version(of), revision: 2 });
export const AUTOMATION_FILE: AutomationFile = {
  format: 'tank-automation', formatVersion: 1, name: '월 명세서', description: '', connection: 'demo',
  definition: {
    recipient: { keyColumn: 'customer_id', addressColumn: 'email' }, sender: { address: 'statement@bank.example' }, target: { sql: TARGET.sql }, mapping: { sql: MAPPING.sql },
    update: { sql: UPDATE.sql, after: ['SENT'] }, fileRules: [], template: TEMPLATE, serial: false, priority: 5, resendWhenInDoubt: false, allowParallelRuns: false,
  },
  schedules: [{ cron: '0 9 25 * *', timeZone: 'Asia/Seoul', startAt: null, endAt: null, misfire: 'run-once' }],
};
export const COUNTS = { total: 0, waiting: 0, dispatched: 0, sent: 0, failed: 0, skipped: 0, inDoubt: 0, canceled: 0 };
export const run: Run = {
  runId: RUN, automationId: AUTOMATION, automationName: '월 명세서', versionId: VERSION, status: 'WAITING', trigger: 'manual', resendOf: null, scheduleId: null,
  businessDate: '2026-11-20T09:00:00', timeZone: 'Asia/Seoul', createdAt: AT, startAt: null, endAt: null, reasonCode: null, reason: null, counts: COUNTS,
};
export const schedule: Schedule = {
  scheduleId: SCHEDULE, automationId: AUTOMATION, cron: '0 9 25 * *', timeZone: 'Asia/Seoul', startAt: null, endAt: null, misfire: 'run-once', enabled: true,
  createdAt: AT, nextFirings: ['2026-11-25T00:00:00.000Z'], revision: 1,
};
export const CONNECTION_INPUT = { name: 'demo', kind: 'postgres' as const, host: 'db', port: 5432, database: 'shop', user: 'tank', password: 'hunter2-geheim' };
export const connection: Connection = {
  connectionId: CONNECTION, groupId: DEFAULT_GROUP, name: 'demo', kind: 'postgres', host: 'db', port: 5432, database: 'shop', connectString: null, tls: null, wallet: null, user: 'tank',
  timeZone: 'Asia/Seoul', limits: connectionLimitsSchema.parse({}), createdAt: AT, revision: 1,
};
export const mail: MailLog = {
  mailId: `${RUN}-1`, runId: RUN, row: 1, automationId: AUTOMATION, versionId: VERSION, businessDate: '2026-11-20T09:00:00', recipientKey: 'C1',
  attachmentChecks: [], templateCheck: { status: 'OK', detail: null }, outcome: 'SENT', errorCode: null, errorDetail: null,
  to: { address: 'kim@customer.example' }, subject: '명세서', messageId: 'm-1', sentAt: AT, settledAt: AT, attempts: 1, updateQueryOk: 'Y', updateError: null,
  automationName: '월 명세서',
};
export const mailWithTrail: MailWithTrail = { ...mail, traceId: '0af7651916cd43dd8448eb211c80319c', steps: [{ step: 'dispatch', at: AT, durationMs: null, note: null, tries: 1 }, { step: 'send', at: AT, durationMs: 40, note: null, tries: 2 }] };
const failed = { mailId: mail.mailId, runId: RUN, row: 1, automationId: AUTOMATION, automationName: mail.automationName, businessDate: mail.businessDate, recipientKey: 'kim@customer.example', to: mail.to, loggedAt: AT };
export const failedFile: FailedFile = { ...failed, rule: 'statement', status: 'NOT_FOUND', path: 'a/kim@customer.example.pdf', detail: 'no file for kim@customer.example' };
export const failedTemplate: FailedTemplate = { ...failed, status: 'FAIL', detail: 'amount is missing' };
export const ATTACHMENT = Buffer.from('%PDF-1.7 명세서');
export const sentMail: SentMail = {
  mailId: `${RUN}-1`, outcome: 'SENT', messageId: 'm-1', handedOverAt: AT, copy: 1, copies: 1, from: SENDER, replyTo: null, to: { address: 'kim@customer.example', name: '김고객' },
  subject: '명세서', html: '<p>김고객 님</p>', text: '김고객 님',
  attachments: [{ position: 1, name: '명세서.pdf', contentType: 'application/pdf', path: '202611/C1.pdf', size: ATTACHMENT.length, sha256: createHash('sha256').update(ATTACHMENT).digest('hex') }],
};
/** As the sender gives it, in parts of `limit` bytes. */
export const attachmentPart = (offset = 0, limit = ATTACHMENT.length): SentAttachmentPart => ({
  name: '명세서.pdf', size: ATTACHMENT.length, sha256: sentMail.attachments[0]!.sha256, offset, base64: ATTACHMENT.subarray(offset, offset + limit).toString('base64'), stamp: '1-2-3',
});
export const SOURCE_PROBLEM: SourceProblem = {
  code: 'SOURCE_UNKNOWN_SERVICE', message: 'The listener does not know the service.', cause: 'The instance is not open yet.', remedy: 'Start it.',
  ko: { message: '리스너가 서비스를 알지 못합니다.', cause: '인스턴스가 아직 열리지 않았습니다.', remedy: '인스턴스를 시작하세요.' }, databaseCodes: ['ORA-12514', 'NJS-518'],
};
export const QUERY_ERROR: QueryError = {
  code: 'ORA-00904', message: 'ORA-00904: "NAM": invalid identifier', cause: 'No such column.', remedy: 'Did you mean "name"?',
  ko: { message: 'ORA-00904: "NAM": invalid identifier', cause: '그런 컬럼이 없습니다.', remedy: '컬럼 이름을 고치세요.' }, position: 7, line: 1, column: 8,
};
export const user: User = { userId: USER, name: 'kim', displayName: '김운영', email: 'kim@bank.example', role: 'administrator', groups: [DEFAULT_GROUP], disabled: false, mustChangePassword: false, secondFactor: false, ofProvider: false, createdAt: AT, lastSignInAt: null, revision: 1 };
export const managedUser: ManagedUser = { ...user, lockedUntil: null };
export const group: Group = { groupId: GROUP, name: '카드사업부', folders: ['cards'], createdAt: AT };
export const PASSWORD_KEY: PasswordKey = { key: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', use: 'enc', alg: 'ECDH-ES', kid: 'k' }, nonce: 'n', expiresAt: AT };
export const session: Session = { sessionId: SESSION, current: true, createdAt: AT, lastUsedAt: AT, expiresAt: AT, address: '127.0.0.1', userAgent: 'jest' };
