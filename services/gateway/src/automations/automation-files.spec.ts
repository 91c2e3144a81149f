import { automationDefinitionSchema, DEFAULT_GROUP, type Asked, type AutomationFile } from '@tank/contracts';
import { FakeRecords } from '../test/fake-records.js';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeServices } from '../test/fake-services.js';
import { FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const ID = `/api/automation/${sample.AUTOMATION}`;
const EXPORT = `${ID}/export?reason=${encodeURIComponent('운영 서버로 이관')}`;
const RULE = { ...sample.FILE_RULE, directory: '', onMissing: 'skip' as const, several: false, common: false, maxBytes: 1000 };
const FILE: AutomationFile = { ...sample.AUTOMATION_FILE, definition: { ...sample.AUTOMATION_FILE.definition, fileRules: [RULE] } };

describe('an automation as a file', () => {
  let services: FakeServices;
  let records: FakeRecords;
  let api: ServedApi;
  beforeEach(async () => {
    services = new FakeServices({
      ...FAKES,
      'scheduler.get-automation': () => sample.automation({
        target: sample.TARGET, mapping: sample.MAPPING, update: sample.UPDATE, template: sample.TEMPLATE, sender: FILE.definition.sender, recipient: FILE.definition.recipient,
      }),
    });
    records = new FakeRecords();
    api = await serveForTest(services, new FakeAccounts(), records);
  });
  afterEach(() => api.close());
  const importing = (file: object, path = '/api/automation/import') => api.call('importAutomation', path, { body: file });
  const made = () => services.asksOf('scheduler.create-automation');

  it('has no id, no password and nothing that only holds here, and is saved under its name', async () => {
    const { status, body, headers } = await api.call('exportAutomation', EXPORT);
    expect([status, body]).toEqual([200, sample.AUTOMATION_FILE]);
    expect(JSON.stringify(body)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|checkedAt|columns/);
    expect(headers['content-disposition']).toBe(`attachment; filename="_ ___.tank.json"; filename*=UTF-8''${encodeURIComponent('월 명세서.tank.json')}`);
    expect(records.written).toMatchObject([{ asked: { operation: 'exportAutomation', objectId: sample.AUTOMATION, detail: { export: 'automation', reason: '운영 서버로 이관' } }, ended: 'event' }]);
  });

  it.each(['', '?reason=', '?reason=ab', `?reason=${'a'.repeat(501)}`])('leaves for a reason only (%s)', async (query) => {
    expect(await api.call('exportAutomation', `${ID}/export${query}`)).toMatchObject({ status: 422, body: { field: 'reason' } });
    expect([services.asked, records.written]).toEqual([[], []]);
  });

  it('is of the version that was asked for', async () => {
    const { body } = await api.call('exportAutomation', `${EXPORT}&version=7`);
    expect(body.definition.priority).toBe(7);
  });

  it('becomes an automation with a draft, whose queries are untested and whose schedules are off', async () => {
    const { status, body } = await importing(FILE);
    expect(status).toBe(201);
    expect(made()).toMatchObject([{
      name: FILE.name, schedules: FILE.schedules, by: sample.ACTOR,
      definition: { connectionId: sample.CONNECTION, target: { sql: sample.TARGET.sql, columns: [], checkedAt: null }, update: { after: ['SENT'], checkedAt: null } },
    }]);
    expect(body.warnings.map(({ field }: { field: string }) => field)).toEqual(['definition', 'schedules', 'writtenBy']);
    expect(body.warnings[0].message).toContain('target, mapping, update');
  });

  it('says the same after it has become an automation and a file again', async () => {
    await importing(FILE);
    const [{ name, description, definition, schedules }] = made() as [Asked<'scheduler.create-automation'>];
    const version = { ...sample.version(), definition: automationDefinitionSchema.parse(definition) };
    services.fakes['scheduler.get-automation'] = () => ({ ...sample.automation(), name, description: description ?? '', draftVersion: version });
    services.fakes['scheduler.list-schedules'] = () => ({ items: (schedules ?? []).map((schedule) => ({ ...sample.schedule, ...schedule, enabled: false })) as never, next: null });
    expect((await api.call('exportAutomation', EXPORT)).body).toEqual(FILE);
  });

  it('names no connection to a group that it has left, and takes none of another group', async () => {
    services.fakes['dbio.get-connection'] = () => ({ ...sample.connection, groupId: sample.GROUP });
    expect((await api.call('exportAutomation', EXPORT)).body.connection).toBeNull();
    await importing(FILE);
    const { body } = await importing(FILE, `/api/automation/import?groupId=${sample.GROUP}`);
    expect(made()).toMatchObject([{ groupId: DEFAULT_GROUP, definition: { connectionId: sample.CONNECTION } }, { groupId: sample.GROUP, definition: { connectionId: null } }]);
    expect(body.warnings[0]).toMatchObject({ field: 'connection' });
  });

  it('has the schedules of every page, and finds a connection on any', async () => {
    const daily = { ...sample.schedule, cron: '0 7 * * *' };
    services.fakes['scheduler.list-schedules'] = ({ after }) => (after === null ? { items: [sample.schedule], next: 'p2' } : { items: [daily], next: null });
    expect((await api.call('exportAutomation', EXPORT)).body.schedules.map(({ cron }: { cron: string }) => cron)).toEqual([sample.schedule.cron, '0 7 * * *']);
    services.fakes['dbio.list-connections'] = ({ after }) => (after === null ? { items: [{ ...sample.connection, name: 'other' }], next: 'p2' } : { items: [sample.connection], next: null });
    await importing(FILE);
    expect(made()).toMatchObject([{ definition: { connectionId: sample.CONNECTION } }]);
  });

  it('takes another name, and says when its connection is not here', async () => {
    const { body } = await importing({ ...FILE, connection: 'elsewhere' }, `/api/automation/import?name=${encodeURIComponent('사본')}`);
    expect(made()).toMatchObject([{ name: '사본', definition: { connectionId: null } }]);
    expect(body.warnings[0]).toEqual({ field: 'connection', message: expect.stringContaining('"elsewhere"') });
  });

  it.each<[string, object]>([
    ['format', { ...FILE, format: 'another-tool' }],
    ['formatVersion', { ...FILE, formatVersion: 2 }],
    ['definition.fileRules[0].onMising', { ...FILE, definition: { ...FILE.definition, fileRules: [{ ...FILE.definition.fileRules[0], onMising: 'stop' }] } }],
    ['definition.fileRules[0].file', { ...FILE, definition: { ...FILE.definition, fileRules: [{ ...FILE.definition.fileRules[0], file: '{{customer_id}.pdf' }] } }],
    ['definition.connectionId', { ...FILE, definition: { ...FILE.definition, connectionId: sample.CONNECTION } }],
    ['definition.target.checkedAt', { ...FILE, definition: { ...FILE.definition, target: sample.TARGET } }],
    ['schedules[0].enabled', { ...FILE, schedules: [{ ...FILE.schedules[0], enabled: true }] }],
  ])('is refused for %s, and nothing is made', async (field, file) => {
    const { status, body } = await importing(file);
    expect(status).toBe(422);
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(made()).toEqual([]);
  });

  it('is refused when its template does not compile', async () => {
    services.fakes['renderer.check-template'] = () => ({ columns: [], problems: [{ field: 'body', message: 'A "{{" is not closed.', ko: '"{{"가 닫히지 않았습니다.', line: 3, column: 5 }] });
    expect((await importing(FILE)).body).toMatchObject({ status: 422, code: 'TEMPLATE_INVALID', field: 'definition.template.body', line: 3 });
    expect(made()).toEqual([]);
  });

  it('makes a duplicate by the same road, in the same group, whose writers are those of what it was made of', async () => {
    const writer = { userId: sample.GROUP, name: 'writer' };
    services.fakes['scheduler.get-automation'] = () => ({ ...sample.automation({ target: sample.TARGET }), draftVersion: { ...sample.version({ target: sample.TARGET }), writtenBy: [writer] } });
    const { status, body, headers } = await api.call('duplicateAutomation', `${ID}/duplicate`, { body: { name: '사본' } });
    expect([status, headers.etag, body.warnings.length]).toEqual([201, '"1"', 2]);
    expect(made()).toMatchObject([{ name: '사본', groupId: DEFAULT_GROUP, by: sample.ACTOR, writtenBy: [writer], schedules: sample.AUTOMATION_FILE.schedules, definition: { connectionId: sample.CONNECTION, target: { checkedAt: null } } }]);
  });
});
