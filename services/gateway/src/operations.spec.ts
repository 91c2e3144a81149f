import { API, OPERATION_IDS, type OperationId } from '@tank/contracts';
import { allHandlers } from './all-handlers.js';
import { findRoute } from './http/route-table.js';
import { FakeServices, type Fakes } from './test/fake-services.js';
import * as sample from './test/samples.js';
import { serveForTest, type Sent, type ServedApi } from './test/served-api.js';

const ID = `/api/automation/${sample.AUTOMATION}`;
const health = (service: string) => ({ service, status: 'ok' as const, parts: [] });
const page = <T>(item: T) => ({ items: [item], next: 'more' });

const FAKES: Fakes = {
  'scheduler.create-automation': () => sample.automation(),
  'scheduler.get-automation': () => sample.automation({ target: sample.TARGET, mapping: sample.MAPPING, template: sample.TEMPLATE }),
  'scheduler.list-automations': () => page(sample.automation()),
  'scheduler.change-draft': ({ change }) => sample.version(change as never),
  'scheduler.activate': () => ({ ...sample.version(), status: 'ACTIVE', activatedAt: sample.AT }),
  'scheduler.list-versions': () => page({ versionId: sample.VERSION, automationId: sample.AUTOMATION, number: 1, status: 'DRAFT', createdAt: sample.AT, activatedAt: null }),
  'scheduler.get-numbered-version': ({ number }) => ({ ...sample.version({ priority: number }), number }),
  'scheduler.create-schedule': () => sample.schedule,
  'scheduler.list-schedules': () => ({ items: [sample.schedule] }),
  'scheduler.change-schedule': ({ change }) => ({ ...sample.schedule, ...change }),
  'scheduler.remove-schedule': () => ({ ...sample.schedule, enabled: false, nextFirings: [] }),
  'scheduler.preview-firings': () => ({ nextFirings: sample.schedule.nextFirings }),
  'scheduler.start-run': () => sample.run,
  'scheduler.get-run': () => sample.run,
  'scheduler.resend-mails': ({ runId }) => ({ ...sample.run, trigger: 'resend', resendOf: runId }),
  'scheduler.pause-run': ({ reason }) => ({ ...sample.run, status: 'PAUSED', reasonCode: 'PAUSED_BY_OPERATOR', reason: reason ?? null }),
  'scheduler.resume-run': () => sample.run,
  'scheduler.cancel-run': ({ reason }) => ({ ...sample.run, status: 'CANCELED', reasonCode: 'CANCELED_BY_OPERATOR', reason: reason ?? null }),
  'scheduler.list-runs': () => page(sample.run),
  'dbio.create-connection': () => sample.connection,
  'dbio.change-connection': ({ change }) => ({ ...sample.connection, name: change.name ?? sample.connection.name }),
  'dbio.list-connections': () => ({ items: [sample.connection] }),
  'dbio.test-connection': () => ({ ok: true, serverVersion: '18', durationMs: 3, warnings: [] }),
  'dbio.check-query': () => ({ status: 'valid', columns: [sample.column('customer_id')], binds: [] }),
  'dbio.sample': () => ({ status: 'ok', columns: [sample.column('customer_id')], rows: [{ customer_id: 'C1' }] }),
  'attachment.match-files': () => ({ files: [], checks: [] }),
  'renderer.check-template': () => ({ columns: ['customer_id'], problems: [] }),
  'renderer.preview': () => ({ ok: true, subject: 's', html: '<p>C1</p>', text: 'C1' }),
  'logs.list-mails': () => page(sample.mail),
  'logs.get-mail': () => sample.mail,
  'logs.list-system-errors': () => ({ items: [], next: null }),
  'logs.list-dead-letters': () => ({ items: [], next: null }),
  'logs.summary': ({ from, to }) => ({ from, to, timeZone: 'Asia/Seoul', runs: {}, mails: {}, errors: [], days: [], automations: [] }),
  'sender.settle-doubt': ({ mailId, outcome }) => ({ mailId, outcome, settledAt: sample.AT }),
  'scheduler.health': () => health('scheduler'), 'dbio.health': () => health('dbio'), 'attachment.health': () => health('attachment'),
  'renderer.health': () => health('renderer'), 'sender.health': () => health('sender'), 'logs.health': () => health('logs'),
};

/** One good call of each operation: [path, status, what is sent]. A new operation does not compile without one. */
const CALLS: Record<OperationId, [path: string, status: number, sent?: Sent]> = {
  createAutomation: ['/api/automation', 201, { body: { name: '월 명세서', fileRules: [sample.FILE_RULE] } }],
  listAutomations: ['/api/automation?limit=10', 200],
  getAutomation: [ID, 200],
  changeAutomation: [ID, 200, { body: { priority: 9 } }],
  saveTargetQuery: [`${ID}/dbio/target`, 200, { body: { sql: 'SELECT customer_id FROM due' } }],
  saveMappingQuery: [`${ID}/dbio/mapping`, 200, { body: { sql: 'SELECT 1 WHERE :customer_id > 0' } }],
  saveUpdateQuery: [`${ID}/dbio/update`, 200, { body: { sql: 'UPDATE due SET x = 1', after: ['SENT'] } }],
  saveTemplate: [`${ID}/template`, 200, { body: sample.TEMPLATE }],
  previewTemplate: [`${ID}/template/preview`, 200],
  activateAutomation: [`${ID}/activate`, 200],
  listVersions: [`${ID}/version`, 200],
  getVersion: [`${ID}/version/2`, 200],
  compareVersions: [`${ID}/version/2/difference`, 200],
  startRun: [`${ID}/run`, 202],
  createSchedule: ['/api/scheduler', 201, { body: { automationId: sample.AUTOMATION, cron: '0 9 25 * *' } }],
  listSchedules: ['/api/scheduler', 200],
  changeSchedule: [`/api/scheduler/${sample.RUN}`, 200, { body: { enabled: false } }],
  removeSchedule: [`/api/scheduler/${sample.RUN}`, 200],
  previewFirings: ['/api/scheduler/preview', 200, { body: { cron: '0 9 25 * *' } }],
  listRuns: [`/api/run?automationId=${sample.AUTOMATION}`, 200],
  getRun: [`/api/run/${sample.RUN}`, 200],
  resendMails: [`/api/run/${sample.RUN}/resend`, 202, { body: { outcomes: ['FAIL', 'SKIPPED'] } }],
  pauseRun: [`/api/run/${sample.RUN}/pause`, 200, { body: { reason: '금액 확인' } }],
  resumeRun: [`/api/run/${sample.RUN}/resume`, 200],
  cancelRun: [`/api/run/${sample.RUN}/cancel`, 200],
  listRunMails: [`/api/run/${sample.RUN}/mails?outcome=SENT`, 200],
  searchMails: ['/api/mail?address=kim%40customer.example', 200],
  getMail: [`/api/mail/${sample.RUN}-1`, 200],
  settleMail: [`/api/mail/${sample.RUN}-1/settle`, 202, { body: { outcome: 'SENT', evidence: '고객이 받았다고 확인함' } }],
  getSummary: ['/api/report/summary', 200],
  listDeadLetters: ['/api/dead-letter', 200],
  listSystemErrors: ['/api/system-error', 200],
  createConnection: ['/api/connection', 201, { body: sample.CONNECTION_INPUT }],
  changeConnection: [`/api/connection/${sample.CONNECTION}`, 200, { body: { name: 'renamed', password: 'hunter3-geheim', limits: { ...sample.connection.limits, poolMax: 2 } } }],
  listConnections: ['/api/connection', 200],
  testConnection: [`/api/connection/${sample.CONNECTION}/test`, 200],
  getHealth: ['/api/health', 200],
  getHealthDetail: ['/api/health/detail', 200],
  getOpenApi: ['/api/openapi.json', 200],
};

describe('operations of the API', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveForTest(new FakeServices(FAKES));
  });
  afterAll(() => api.close());

  it('have one handler each, and no handler is without an operation', () => {
    expect(Object.keys(allHandlers(new FakeServices())).sort()).toEqual([...OPERATION_IDS].sort());
  });

  it.each(OPERATION_IDS)('%s is found under its own path only', (id) => {
    const [path] = CALLS[id];
    expect(findRoute(API[id].method, path.split('?')[0] ?? '')).toMatchObject({ found: 'operation', id });
  });

  it.each(OPERATION_IDS)('%s answers what it says it answers', async (id) => {
    const [path, status, sent] = CALLS[id];
    const answered = await api.call(id, path, sent);
    expect([answered.status, answered.body.detail]).toEqual([status, undefined]);
  });

  it.each(OPERATION_IDS.filter((id) => !id.startsWith('getHealth') && id !== 'getOpenApi'))('%s is 503 with a sentence while its service is away', async (id) => {
    const alone = await serveForTest(new FakeServices());
    const [path, , sent] = CALLS[id];
    const { status, body } = await alone.call(id, path, sent);
    await alone.close();
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'UNAVAILABLE', detail: expect.stringMatching(/^The service \w+ does not answer/) });
  });

  it.each(OPERATION_IDS.filter((id) => 'body' in API[id]))('%s refuses an unknown field and asks nobody', async (id) => {
    const services = new FakeServices(FAKES);
    const watched = await serveForTest(services);
    const [path, , sent] = CALLS[id];
    const { status, body } = await watched.call(id, path, { body: { ...(sent?.body as object), nonsense: 1 } });
    await watched.close();
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'nonsense', message: 'Unknown field "nonsense".' })]);
    expect(services.asked).toEqual([]);
  });
});
