import { readFileSync } from 'node:fs';
import { waitFor } from '../embedded/test/parts.ts';
import { acceptedMails } from './emulator-mails.ts';
import { OpenApiClient } from './open-api-client.ts';
import { startTank, type RunningTank } from './running-tank.ts';

// What an operator types: nothing of Tank's code, only its description and the customer's own texts.
const example = (name: string) => readFileSync(new URL(`../examples/monthly-statement/${name}`, import.meta.url), 'utf8');

interface Page<T> { items: T[]; next: string | null }

describe('Tank driven by nothing but its openapi.json', () => {
  let tank: RunningTank;
  let api: OpenApiClient;
  let id: string;
  const call = <T>(operation: string, options?: Parameters<OpenApiClient['call']>[1]) => api.call<T>(operation, options);

  beforeAll(async () => {
    tank = await startTank();
    api = await OpenApiClient.read(new URL(tank.apiUrl).origin, '/api/openapi.json');
  }, 90_000);
  afterAll(() => tank?.stop());

  it('lets nobody in who has not signed in', async () => {
    expect((await call<{ code: string }>('GET /api/connection')).body.code).toBe('UNAUTHENTICATED');
    expect((await api.signIn({ ...tank.account, password: 'not the password' })).body).toMatchObject({ code: 'SIGN_IN_FAILED' });
    expect((await api.signIn(tank.account)).status).toBe(200);
  });

  it('is well', async () => {
    expect(await call('GET /api/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('knows the customer database and can reach it', async () => {
    const { body } = await call<Page<{ connectionId: string }>>('GET /api/connection');
    const tested = await call<{ ok: boolean }>('POST /api/connection/{id}/test', { path: { id: body.items[0]!.connectionId } });
    expect(tested.body.ok).toBe(true);
    const changed = await call<{ limits: object }>('PATCH /api/connection/{id}', { path: { id: body.items[0]!.connectionId }, body: { limits: { poolMax: 4, rowLimit: 100_000 } } });
    expect(changed).toMatchObject({ status: 200, body: { limits: { poolMax: 4, rowLimit: 100_000, statementTimeoutMs: null } } });
    const created = await call<{ automationId: string }>('POST /api/automation', {
      body: {
        name: '명세서',
        connectionId: body.items[0]!.connectionId,
        recipient: { keyColumn: 'customer_id', addressColumn: 'email', nameColumn: 'customer_name' },
        sender: { address: 'statement@hanbit-card.example', name: '한빛카드' },
        fileRules: [{ name: 'PDF', directory: 'tank-demo/statement/{{businessDate|shift:-1M|date:YYYYMM}}', file: '{{customer_id}}_*.pdf' }],
      },
    });
    id = created.body.automationId;
  });

  it('says where a query is wrong, and keeps nothing of it', async () => {
    const { status, body } = await call<{ position: number; line: number; column: number }>('POST /api/automation/{id}/dbio/target', { path: { id }, body: { sql: 'SELECT *\nFROM no_such_table' } });
    expect(status).toBe(422);
    expect(body).toMatchObject({ position: 14, line: 2, column: 6 });
  });

  it('refuses to activate an automation that is not whole, naming all that is missing', async () => {
    const { status, body } = await call<{ detail: string }>('POST /api/automation/{id}/activate', { path: { id } });
    expect(status).toBe(409);
    expect(body.detail).toMatch(/target/i);
    expect(body.detail).toMatch(/template/i);
  });

  it('takes the three queries and the template, and shows the mail of a row before anything leaves', async () => {
    for (const purpose of ['target', 'mapping', 'update']) {
      const saved = await call('POST /api/automation/{id}/dbio/' + purpose, { path: { id }, body: { sql: example(`${purpose}.sql`) } });
      expect(saved.status).toBe(200);
    }
    await call('POST /api/automation/{id}/template', { path: { id }, body: { format: 'html', subject: '{{customer_name}}님의 명세서', body: example('template.html') } });
    const { status, body } = await call<{ subject: string; html: string }>('POST /api/automation/{id}/template/preview', { path: { id }, body: { row: 3, businessDate: '2026-11-10T09:00:00' } });
    expect(status).toBe(200);
    expect(body.html).toContain('2026년 10월');
  });

  it('sends the mail of a row to oneself, marked, with its file, and to nobody else', async () => {
    const body = { row: 3, businessDate: '2026-11-10T09:00:00' };
    expect(await call('POST /api/automation/{id}/test', { path: { id }, body })).toMatchObject({ status: 409, body: { field: 'email' } });
    const { user } = (await call<{ user: { userId: string } }>('GET /api/session')).body;
    await call('PATCH /api/user/{id}', { path: { id: user.userId }, body: { email: 'author@hanbit-card.example' } });
    const tested = await call<{ messageId: string }>('POST /api/automation/{id}/test', { path: { id }, body });
    expect(tested).toMatchObject({ status: 200, body: { outcome: 'SENT', to: 'author@hanbit-card.example' } });
    const [mail, ...others] = await acceptedMails(tank.sesUrl);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ messageId: tested.body.messageId, to: 'author@hanbit-card.example', subject: expect.stringMatching(/^\[TEST\] .+님의 명세서$/), attachments: [{ contentType: 'application/pdf' }] });
    expect(mail!.html).toMatch(/This is a test\. The original would go to \S\*\*\*@/);
  });

  it('lets nobody approve what he has written, an administrator neither, where the setting demands somebody else', async () => {
    const setting = (requireApproval: boolean) => call('PATCH /api/setting', { body: { requireApproval } });
    expect((await setting(true)).status).toBe(200);
    const refused = await waitFor(async () => {
      const { body } = await call<{ code: string; detail: string }>('POST /api/automation/{id}/approve', { path: { id } });
      return body.code === 'CONFLICT' ? body : undefined;
    }, { what: 'the setting to take effect' });
    expect(refused.detail).toContain(tank.account.name);
    expect((await call<{ code: string }>('POST /api/automation/{id}/activate', { path: { id } })).body.code).toBe('CONFLICT');

    const [name, temporaryPassword, newPassword] = ['second', 'told on the telephone', 'one of her own making'];
    await call('POST /api/user', { body: { name, role: 'author', temporaryPassword } });
    const second = await OpenApiClient.read(new URL(tank.apiUrl).origin, '/api/openapi.json');
    await second.signIn({ name, password: temporaryPassword });
    await second.call('POST /api/session/password', { body: { currentPassword: temporaryPassword, newPassword } });
    expect(await second.call('POST /api/automation/{id}/approve', { path: { id } })).toMatchObject({ status: 200, body: { status: 'APPROVED', approvedBy: { name } } });
    expect((await call('POST /api/automation/{id}/activate', { path: { id } })).status).toBe(200);
    expect((await setting(false)).status).toBe(200);
    await call('PATCH /api/automation/{id}', { path: { id }, body: { priority: 6 } });
  });

  it('approves and activates what was looked at, and nothing that was changed since', async () => {
    const seen = await call<{ draftVersion: { status: string } }>('GET /api/automation/{id}', { path: { id } });
    const renamed = await call('PATCH /api/automation/{id}', { path: { id }, body: { description: '매월 25일' }, ifMatch: seen.etag! });
    expect(renamed.status).toBe(200);
    expect((await call<{ code: string }>('POST /api/automation/{id}/approve', { path: { id }, ifMatch: seen.etag! })).body.code).toBe('CHANGED_MEANWHILE');
    const approved = await call<{ status: string; approvedBy: { name: string } }>('POST /api/automation/{id}/approve', { path: { id }, ifMatch: renamed.etag! });
    expect(approved).toMatchObject({ status: 200, body: { status: 'APPROVED', approvedBy: { name: tank.account.name } } });
    expect((await call('POST /api/automation/{id}/activate', { path: { id }, ifMatch: approved.etag! })).status).toBe(200);
  });

  it('makes another of its file, which says the same', async () => {
    await call('POST /api/scheduler', { body: { automationId: id, cron: '0 9 25 * *', enabled: false } });
    const file = await call<{ name: string; schedules: unknown[] }>('GET /api/automation/{id}/export', { path: { id }, query: { reason: 'kept for later' } });
    expect(file.body.schedules).toHaveLength(1);
    const made = await call<{ automationId: string; warnings: unknown[] }>('POST /api/automation/import', { body: file.body });
    expect(made).toMatchObject({ status: 201, body: { activeVersion: null, draftVersion: { status: 'DRAFT' } } });
    expect((await call('GET /api/automation/{id}/export', { path: { id: made.body.automationId }, query: { reason: 'compared' } })).body).toEqual(file.body);
  });

  it('runs it and says what happened to every mail', async () => {
    const started = await call<{ runId: string }>('POST /api/automation/{id}/run', { path: { id }, body: { businessDate: '2026-11-10T09:00:00' } });
    expect(started.status).toBe(202);
    const run = await waitFor(
      async () => {
        const { body } = await call<{ status: string; counts: object }>('GET /api/run/{id}', { path: { id: started.body.runId } });
        return body.status === 'COMPLETED' ? body : undefined;
      },
      { what: 'the run to complete', timeoutMs: 60_000, everyMs: 200 },
    );
    expect(run.counts).toEqual({ total: 200, waiting: 0, dispatched: 0, sent: 191, failed: 4, skipped: 5, inDoubt: 0, canceled: 0 });
    const skipped = await call<Page<{ mailId: string; errorCode: string }>>('GET /api/run/{id}/mails', { path: { id: started.body.runId }, query: { outcome: 'SKIPPED' } });
    expect(skipped.body.items.map(({ errorCode }) => errorCode)).toEqual(['NOT_FOUND', 'INVALID', 'NOT_FOUND', 'DUPLICATED', 'NOT_FOUND']);
    const one = await call<{ attachmentChecks: { status: string }[] }>('GET /api/mail/{id}', { path: { id: skipped.body.items[1]!.mailId } });
    expect(one.body.attachmentChecks[0]!.status).toBe('INVALID');
    await call('GET /api/report/summary');
    await call('GET /api/system-error');
  }, 90_000);

  it('shows another group nothing of it, until it is moved there', async () => {
    const { body: group } = await call<{ groupId: string }>('POST /api/group', { body: { name: '보험', folders: ['tank-demo'] } });
    const other = await OpenApiClient.read(new URL(tank.apiUrl).origin, '/api/openapi.json');
    const password = 'a password of somebody else';
    await call('POST /api/user', { body: { name: 'lee', role: 'author', groups: [group.groupId], temporaryPassword: 'given in person' } });
    await other.signIn({ name: 'lee', password: 'given in person' });
    await other.call('POST /api/session/password', { body: { currentPassword: 'given in person', newPassword: password } });
    const [run] = (await call<Page<{ runId: string }>>('GET /api/run')).body.items;
    const lists = ['automation', 'scheduler', 'run', 'mail', 'connection', 'dead-letter'].map((what) => `GET /api/${what}`);
    const numbers = async () => Promise.all(lists.map(async (list) => (await other.call<Page<unknown>>(list)).body.items.length));
    const sees = async () => [(await other.call('GET /api/automation/{id}', { path: { id } })).status, (await other.call('GET /api/run/{id}/mails', { path: { id: run!.runId } })).status];
    expect([await numbers(), await sees()]).toEqual([[0, 0, 0, 0, 0, 0], [404, 404]]);
    expect((await other.call<{ mails: object }>('GET /api/report/summary')).body.mails).toEqual({});
    const [connection] = (await call<Page<{ connectionId: string }>>('GET /api/connection')).body.items;
    expect((await call('POST /api/connection/{id}/group', { path: { id: connection!.connectionId }, body: { groupId: group.groupId } })).status).toBe(409);
    await call('POST /api/automation/{id}/group', { path: { id }, body: { groupId: group.groupId } });
    await waitFor(async () => (await numbers())[3] === 100, { what: 'its mails to be seen' });
    expect(await sees()).toEqual([200, 200]);
    // The connection has stayed behind: what it gives is not theirs to see.
    expect((await other.call('POST /api/automation/{id}/template/preview', { path: { id }, body: {} })).status).toBe(409);
  });
});
