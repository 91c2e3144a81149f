import { automationDefinitionSchema, DEFAULT_GROUP, fileRuleSchema, type Automation, type OperationId } from '@tank/contracts';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeServices } from '../test/fake-services.js';
import { FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const [OURS, THEIRS] = [DEFAULT_GROUP, sample.GROUP];
const ID = `/api/automation/${sample.AUTOMATION}`;
const rule = (directory: string, file = '{{customer_id}}.pdf') => fileRuleSchema.parse({ name: 'statement', directory, file });

const services = new FakeServices();
const accounts = new FakeAccounts();
let api: ServedApi;
/** Of the draft and of the active version. */
let saved: { draft: string | null; active: string | null };
beforeAll(async () => {
  api = await serveForTest(services, accounts);
});
afterAll(() => api.close());
beforeEach(() => {
  services.asked.length = 0;
  accounts.folders = { [OURS]: ['cards', 'common/terms'], [THEIRS]: ['insurance'] };
  saved = { draft: 'cards/2026', active: 'cards/2026' };
  services.fakes = { ...FAKES, 'scheduler.get-automation': automation, 'scheduler.get-numbered-version': () => version(saved.draft) };
});

function version(directory: string | null) {
  const fileRules = directory === null ? [] : [rule(directory)];
  return sample.version({ target: sample.TARGET, mapping: sample.MAPPING, template: sample.TEMPLATE, sender: sample.SENDER, recipient: sample.RECIPIENT, fileRules });
}
function automation(): Automation {
  return { ...sample.automation(), draftVersion: version(saved.draft), activeVersion: saved.active === null ? null : { ...version(saved.active), status: 'ACTIVE' } };
}
/** What was read, changed, looked for or sent for anybody. */
const done = () => services.asked.map(({ name }) => name).filter((name) => /attachment|renderer.preview|sample|create|change|restore|approve|activate|move|start-run|resend|send-test/.test(name));
const outside = (field: string) => ({ status: 409, body: { code: 'CONFLICT', field, errors: [{ field }] } });

type Use = [OperationId, string, (directory: string) => object | undefined, string];
const fileOf = (directory: string) => ({ ...sample.AUTOMATION_FILE, definition: { ...sample.AUTOMATION_FILE.definition, fileRules: [rule(directory)] } });
const setsIt = (directory: string) => ({ fileRules: [rule(directory)] });
const drafted = (body?: object) => (directory: string) => {
  saved.draft = directory;
  return body;
};
const active = (body?: object) => (directory: string) => {
  saved.active = directory;
  return body;
};
const FIELD = 'fileRules[0].directory';
const USES: Use[] = [
  ['createAutomation', '/api/automation', (directory) => ({ name: 'x', groupId: OURS, ...setsIt(directory) }), FIELD],
  ['changeAutomation', ID, setsIt, FIELD],
  ['importAutomation', '/api/automation/import', fileOf, `definition.${FIELD}`],
  ['duplicateAutomation', `${ID}/duplicate`, drafted({ name: '사본' }), `definition.${FIELD}`],
  ['restoreVersion', `${ID}/version/1/restore`, drafted(), FIELD],
  ['matchFiles', `${ID}/files/match`, setsIt, FIELD],
  ['matchFiles', `${ID}/files/match`, drafted(), FIELD],
  ['previewTemplate', `${ID}/template/preview`, drafted(), FIELD],
  ['sendTestMail', `${ID}/test`, drafted(), FIELD],
  ['approveAutomation', `${ID}/approve`, drafted(), FIELD],
  ['activateAutomation', `${ID}/activate`, drafted(), FIELD],
  ['startRun', `${ID}/run`, active(), FIELD],
  ['resendMails', `/api/run/${sample.ENDED_RUN}/resend`, active(), FIELD],
  ['createSchedule', '/api/scheduler', active({ automationId: sample.AUTOMATION, cron: '0 9 * * *', timeZone: 'Asia/Seoul' }), FIELD],
  ['changeSchedule', `/api/scheduler/${sample.SCHEDULE}`, active({ enabled: true }), FIELD],
];

describe('file rules', () => {
  it.each(USES)('name no other group\'s folder, or nothing is done, for administrators, too: %s %s', async (id, path, bodyFor, field) => {
    for (const groups of [null, [OURS]]) {
      accounts.groupsOfCaller = groups;
      const body = bodyFor('insurance/2026');
      expect(await api.call(id, path, { body })).toMatchObject(outside(field));
      const korean = (await api.call(id, path, { body, headers: { 'accept-language': 'ko' } })).body;
      expect(korean).toMatchObject({ detail: expect.stringContaining('자동화 그룹의 폴더에 속하지 않습니다'), remedy: expect.stringContaining('관리자') });
    }
    accounts.groupsOfCaller = null;
    expect(done()).toEqual([]);
    expect((await api.call(id, path, { body: bodyFor('cards/2026') })).status).toBeLessThan(300);
  });

  it.each(['draft', 'active'] as const)('do not go along into a group without their folder: those of the %s version', async (which) => {
    const move = () => api.call('moveAutomation', `${ID}/group`, { body: { groupId: THEIRS.toUpperCase() } });
    saved = { draft: null, active: null, [which]: 'cards' };
    expect(await move()).toMatchObject(outside(FIELD));
    expect(done()).toEqual([]);
    accounts.folders[THEIRS] = ['insurance', 'cards'];
    expect((await move()).status).toBe(200);
  });

  const saving = (of: { directory: string; file?: string }) => api.call('changeAutomation', ID, { body: { fileRules: [rule(of.directory, of.file)] } });

  it.each([
    ['cards', '{{customer_id}}.pdf'], ['cards/{{customer_id}}', '*'], ['cards\\{{x}}\\*', 'a.pdf'], ['./cards//2026', 'a.pdf'], ['common/terms', 'terms.pdf'],
  ])('may begin with a folder of the group: %j %j', async (directory, file) => {
    expect((await saving({ directory, file })).status).toBe(200);
  });

  it.each([
    ['cards2', 'a.pdf'], ['', 'cards'], ['', '{{customer_id}}.pdf'], ['', 'cards*'], ['{{folder}}', 'a.pdf'], ['cards{{x}}', 'a.pdf'], ['car?s/2026', 'a.pdf'], ['*/2026', 'a.pdf'], ['common', 'terms.pdf'],
    ['common/*', 'a.pdf'], ['Cards', 'a.pdf'],
  ])('lie in whole folders of it, before any value or wildcard: %j %j does not', async (directory, file) => {
    expect(await saving({ directory, file })).toMatchObject(outside(FIELD));
    expect(done()).toEqual([]);
  });

  it('have no files in a group without folders, and all of the root in one whose folder that is', async () => {
    accounts.folders[OURS] = [];
    expect(await saving({ directory: 'cards' })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('it has none') } });
    expect((await api.call('changeAutomation', ID, { body: { fileRules: [] } })).status).toBe(200);
    accounts.folders[OURS] = [''];
    expect((await saving({ directory: '', file: '{{customer_id}}.pdf' })).status).toBe(200);
  });

  it('are all named that lie outside', async () => {
    const fileRules = [rule('cards'), rule('insurance'), rule('')];
    const { body } = await api.call('changeAutomation', ID, { body: { fileRules } });
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['fileRules[1].directory', 'fileRules[2].directory']);
  });
});

describe('a rule that can never work', () => {
  it.each([
    ['directory', '..', 'a.pdf', '".."'], ['directory', 'cards/../insurance', 'a.pdf', '".."'], ['directory', '{{x}}\\..\\y', 'a.pdf', '".."'], ['directory', 'cards/.. /x', 'a.pdf', '".."'],
    ['directory', '/cards', 'a.pdf', 'absolute'], ['directory', '\\\\nas\\cards', 'a.pdf', 'absolute'], ['directory', 'C:\\cards', 'a.pdf', 'absolute'],
    ['file', 'cards', '../insurance/a.pdf', '".."'], ['file', 'cards', '..', '".."'], ['file', 'cards', 'x/{{customer_id}}.pdf', 'separator'],
  ])('is refused where it is saved and before it goes active, by its %s: %j %j', async (field, directory, file, words) => {
    accounts.folders[OURS] = [''];
    const refused = { status: 422, body: { code: 'INVALID', field: `fileRules[0].${field}`, detail: expect.stringContaining(words), remedy: expect.any(String) } };
    const definition = automationDefinitionSchema.parse({ connectionId: sample.CONNECTION, fileRules: [rule(directory, file)] });
    expect(await api.call('changeAutomation', ID, { body: { fileRules: definition.fileRules } })).toMatchObject(refused);
    services.fakes['scheduler.get-automation'] = () => sample.automation(definition);
    expect(await api.call('activateAutomation', `${ID}/activate`)).toMatchObject(refused);
    expect(await api.call('approveAutomation', `${ID}/approve`)).toMatchObject(refused);
    expect(done()).toEqual([]);
  });

  it.each([['..cards', 'a..pdf'], ['{{x}}..', '..{{customer_id}}'], ['ab:c/{{x}}:', '.hidden']])('is not every one with dots or colons: %j %j', async (directory, file) => {
    accounts.folders[OURS] = [''];
    expect((await api.call('changeAutomation', ID, { body: { fileRules: [rule(directory, file)] } })).status).toBe(200);
  });
});

describe('the folders of a group', () => {
  const create = (folders: unknown) => api.call('createGroup', '/api/group', { body: { name: '카드', folders } });

  it.each([['cards'], [''], ['cards/statements'], ['\\cards\\'], ['/cards'], ['카드 2026']])('may be %j', async (folder) => {
    expect((await create([folder])).status).toBe(201);
  });

  it.each([['..'], ['cards/..'], ['../x'], ['.. '], ['cards/*'], ['card?'], ['{{x}}'], ['C:/x'], ['a\0b']])('are no patterns and lead nowhere else: not %j', async (folder) => {
    expect(await create(['cards', folder])).toMatchObject({ status: 422, body: { field: 'folders[1]' } });
  });
});
