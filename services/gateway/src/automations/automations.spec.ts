import { DEFAULT_GROUP, Refused } from '@tank/contracts';
import { FakeServices } from '../test/fake-services.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const ID = `/api/automation/${sample.AUTOMATION}`;
const KOREAN = { 'accept-language': 'ko' };
const IN_KOREAN = expect.stringMatching(/[가-힣]/);

describe('an automation is put together', () => {
  let services: FakeServices;
  let api: ServedApi;
  beforeEach(async () => {
    services = new FakeServices({
      'scheduler.get-automation': () => sample.automation({ target: sample.TARGET, mapping: sample.MAPPING, update: sample.UPDATE }),
      'scheduler.change-draft': ({ change }) => sample.changedVersion(change as never),
      'dbio.group-of': () => ({ groupId: DEFAULT_GROUP }),
    });
    api = await serveForTest(services);
  });
  afterEach(() => api.close());
  const saved = () => services.asksOf('scheduler.change-draft').map(({ change }) => change);

  describe('by its queries', () => {
    it('keeps a valid query with its columns and the time of the test, as the author wrote it', async () => {
      services.fakes['dbio.check-query'] = () => ({ status: 'valid', columns: sample.TARGET.columns, binds: ['x'] });
      const { status, body } = await api.call('saveTargetQuery', `${ID}/dbio/target`, { body: { sql: '\n\n  SELECT 1' } });
      expect(status).toBe(200);
      expect(body).toMatchObject({ checked: true, columns: sample.TARGET.columns, binds: ['x'], warnings: [] });
      expect(services.asksOf('dbio.check-query')).toEqual([{ connectionId: sample.CONNECTION, purpose: 'target', sql: '\n\n  SELECT 1', bindable: [] }]);
      expect(saved()).toEqual([{ target: { sql: 'SELECT 1', columns: sample.TARGET.columns, checkedAt: expect.stringMatching(/^\d{4}-.*Z$/) } }]);
    });

    it('says where a wrong query is wrong and why, in the language of the reader, and saves nothing', async () => {
      const error = sample.QUERY_ERROR;
      services.fakes['dbio.check-query'] = () => ({ status: 'invalid', error });
      const { status, body } = await api.call('saveMappingQuery', `${ID}/dbio/mapping`, { body: { sql: 'SELECT nam FROM t' } });
      expect(status).toBe(422);
      const where = { position: 7, line: 1, column: 8 };
      const detail = 'ORA-00904: "NAM": invalid identifier. No such column.';
      expect(body).toMatchObject({ code: 'QUERY_INVALID', detail, field: 'sql', remedy: error.remedy, ...where });
      expect(body.errors).toEqual([{ field: 'sql', code: 'ORA-00904', message: detail, remedy: error.remedy, ...where }]);
      const { body: korean } = await api.call('saveMappingQuery', `${ID}/dbio/mapping`, { body: { sql: 'SELECT nam FROM t' }, headers: { 'accept-language': 'ko' } });
      expect(korean).toMatchObject({ detail: 'ORA-00904: "NAM": invalid identifier. 그런 컬럼이 없습니다.', remedy: '컬럼 이름을 고치세요.', errors: [{ remedy: '컬럼 이름을 고치세요.' }] });
      expect(saved()).toEqual([]);
    });

    it('keeps a query as an untested draft while the source is down', async () => {
      services.fakes['dbio.check-query'] = () => ({ status: 'unreachable', problem: sample.SOURCE_PROBLEM });
      const { status, body } = await api.call('saveTargetQuery', `${ID}/dbio/target`, { body: { sql: 'SELECT 1' } });
      expect(status).toBe(202);
      expect(body).toMatchObject({ checked: false, problem: sample.SOURCE_PROBLEM });
      expect(saved()).toEqual([{ target: { sql: 'SELECT 1', columns: [], checkedAt: null } }]);
    });

    it('saves nothing when the service that tests queries is away: a draft needs to know why it is untested', async () => {
      expect((await api.call('saveTargetQuery', `${ID}/dbio/target`, { body: { sql: 'SELECT 1' } })).status).toBe(503);
      expect(saved()).toEqual([]);
    });

    it('lets the Mapping Query bind what the target gives, and the Update Query what both give', async () => {
      services.fakes['dbio.check-query'] = () => ({ status: 'valid', columns: sample.MAPPING.columns, binds: [] });
      await api.call('saveMappingQuery', `${ID}/dbio/mapping`, { body: { sql: 'SELECT 1' } });
      await api.call('saveUpdateQuery', `${ID}/dbio/update`, { body: { sql: 'UPDATE x' } });
      expect(services.asksOf('dbio.check-query').map(({ bindable }) => bindable)).toEqual([['customer_id', 'email'], ['customer_id', 'email', 'amount']]);
      expect(saved()[1]).toMatchObject({ update: { sql: 'UPDATE x', after: ['SENT'] } });
    });

    it('counts later queries as untested when the target loses a column, and says so', async () => {
      services.fakes['dbio.check-query'] = () => ({ status: 'valid', columns: [sample.column('customer_id')], binds: [] });
      const { body } = await api.call('saveTargetQuery', `${ID}/dbio/target`, { body: { sql: 'SELECT customer_id FROM due' } });
      expect(body.warnings.map(({ field }: { field: string }) => field)).toEqual(['mapping', 'update']);
      expect(body.warnings[0].message).toContain('email');
      expect(saved()).toEqual([expect.objectContaining({ mapping: { ...sample.MAPPING, checkedAt: null }, update: { ...sample.UPDATE, checkedAt: null } })]);
    });

    it('tests an untested Target Query first, once its source is back', async () => {
      services.fakes['scheduler.get-automation'] = () => sample.automation({ target: { ...sample.TARGET, columns: [], checkedAt: null } });
      services.fakes['dbio.check-query'] = ({ purpose }) => ({ status: 'valid', columns: purpose === 'target' ? sample.TARGET.columns : [], binds: [] });
      expect((await api.call('saveMappingQuery', `${ID}/dbio/mapping`, { body: { sql: 'SELECT 1' } })).status).toBe(200);
      expect(services.asksOf('dbio.check-query').map(({ purpose, bindable }) => [purpose, bindable])).toEqual([['target', []], ['mapping', ['customer_id', 'email']]]);
      expect(saved()[0]).toMatchObject({ target: { columns: sample.TARGET.columns, checkedAt: expect.any(String) }, mapping: { sql: 'SELECT 1' } });
    });

    it('keeps a mapping untested behind a target that is untested, while the source is down', async () => {
      services.fakes['scheduler.get-automation'] = () => sample.automation({ target: { ...sample.TARGET, columns: [], checkedAt: null } });
      const unknownBind = { ...sample.QUERY_ERROR, code: 'UNKNOWN_BIND' };
      services.fakes['dbio.check-query'] = ({ purpose }) => (purpose === 'target' ? { status: 'unreachable', problem: sample.SOURCE_PROBLEM } : { status: 'invalid', error: unknownBind });
      expect((await api.call('saveMappingQuery', `${ID}/dbio/mapping`, { body: { sql: 'SELECT 1' } })).status).toBe(202);
      expect(saved()).toEqual([{ mapping: { sql: 'SELECT 1', columns: [], checkedAt: null } }]);
    });

    it('wants a connection and a target first', async () => {
      services.fakes['scheduler.get-automation'] = () => sample.automation({ connectionId: null });
      expect((await api.call('saveTargetQuery', `${ID}/dbio/target`, { body: { sql: 'SELECT 1' } })).body).toMatchObject({ status: 409, field: 'connectionId' });
      expect((await api.call('saveUpdateQuery', `${ID}/dbio/update`, { body: { sql: 'UPDATE x' } })).body).toMatchObject({ status: 409, field: 'target' });
      expect(saved()).toEqual([]);
    });
  });

  describe('by its basics', () => {
    it('changes only what was sent', async () => {
      await api.call('changeAutomation', ID, { body: { priority: 9, mapping: null } });
      expect(saved()).toEqual([{ priority: 9, mapping: null }]);
    });

    it('counts every query as untested on another connection', async () => {
      const other = crypto.randomUUID();
      await api.call('changeAutomation', ID, { body: { connectionId: other, update: null } });
      expect(saved()).toEqual([{ connectionId: other, target: { ...sample.TARGET, checkedAt: null }, mapping: { ...sample.MAPPING, checkedAt: null }, update: null }]);
      await api.call('changeAutomation', ID, { body: { connectionId: sample.CONNECTION } });
      expect(saved()[1]).toEqual({ connectionId: sample.CONNECTION });
    });

    it('cannot put in a query past its test', async () => {
      const { status, body } = await api.call('changeAutomation', ID, { body: { target: sample.TARGET, mapping: sample.MAPPING } });
      expect(status).toBe(422);
      expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['mapping', 'target']);
    });

    it('points into a file pattern that cannot be read', async () => {
      const rules = [{ name: 'a', file: '{{customer_id}.pdf' }, { name: 'b', directory: '{{x|dat:YY}}', file: 'x.pdf' }];
      const { status, body } = await api.call('changeAutomation', ID, { body: { fileRules: rules } });
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ field: 'fileRules[0].file', position: 0 }, { field: 'fileRules[1].directory', position: 0 }]);
      const korean = await api.call('changeAutomation', ID, { body: { fileRules: rules }, headers: KOREAN });
      expect(korean.body).toMatchObject({ detail: IN_KOREAN, remedy: IN_KOREAN, errors: [{ message: IN_KOREAN, remedy: IN_KOREAN }, { message: IN_KOREAN, remedy: IN_KOREAN }] });
    });

    it('suggests the field that a misspelt one stands for, at any depth', async () => {
      const { body } = await api.call('changeAutomation', ID, { body: { fileRules: [{ ...sample.FILE_RULE, onMising: 'stop' }], priorty: 3 } });
      expect(body.errors).toEqual([
        { field: 'fileRules[0].onMising', message: 'Unknown field "onMising".', remedy: 'Did you mean "onMissing"?' },
        { field: 'priorty', message: 'Unknown field "priorty".', remedy: 'Did you mean "priority"?' },
      ]);
    });
  });

  describe('by its template', () => {
    it('refuses one that does not compile, with all its problems and their places', async () => {
      services.fakes['renderer.check-template'] = () => ({ columns: [], problems: [
        { field: 'body', message: 'A "{{" is not closed.', ko: '"{{"가 닫히지 않았습니다.', line: 3, column: 5 },
        { field: 'subject', message: 'Unknown format "wn".', ko: '알 수 없는 형식 "wn"입니다.', line: 1, column: 1 },
      ] });
      const { status, body } = await api.call('saveTemplate', `${ID}/template`, { body: sample.TEMPLATE });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: 'TEMPLATE_INVALID', field: 'body', line: 3, column: 5 });
      expect(body.errors).toHaveLength(2);
      expect(saved()).toEqual([]);
      const korean = await api.call('saveTemplate', `${ID}/template`, { body: sample.TEMPLATE, headers: KOREAN });
      expect(korean.body).toMatchObject({ detail: '"{{"가 닫히지 않았습니다.', remedy: IN_KOREAN, errors: [{ line: 3, remedy: IN_KOREAN }, { message: IN_KOREAN, remedy: IN_KOREAN }] });
    });

    it('saves one with columns that no query gives, and warns of them', async () => {
      services.fakes['renderer.check-template'] = () => ({ columns: ['CUSTOMER_ID', 'amuont', 'nickname', 'businessDate'], problems: [] });
      const template = { ...sample.TEMPLATE, defaults: { nickname: '고객' }, htmlColumns: ['banner'] };
      const { status, body } = await api.call('saveTemplate', `${ID}/template`, { body: template });
      expect(status).toBe(200);
      expect(body.warnings).toEqual([
        { field: 'body', message: expect.stringContaining('"amuont": every mail will fail with TEMPLATE_VALUE_MISSING') },
        { field: 'htmlColumns', message: expect.stringContaining('"banner"') },
      ]);
      expect(saved()).toEqual([{ template }]);
    });
  });

  describe('and looked at', () => {
    beforeEach(() => {
      services.fakes['scheduler.get-automation'] = () =>
        sample.automation({ target: sample.TARGET, mapping: sample.MAPPING, template: sample.TEMPLATE, fileRules: [{ ...sample.FILE_RULE, directory: '', onMissing: 'skip', several: false, common: false, maxBytes: 1000 }] });
      services.fakes['dbio.sample'] = ({ limit }) => ({ status: 'ok', columns: [], rows: [{ customer_id: 'C1' }, { customer_id: 'C2' }].slice(0, limit) });
      services.fakes['renderer.preview'] = ({ values, template }) => ({ ok: true, subject: template.subject, html: `<p>${values.customer_id}</p>`, text: String(values.customer_id) });
      services.fakes['attachment.match-files'] = () => ({ files: [], checks: [{ rule: 'statement', status: 'NOT_FOUND', path: null, size: null, sha256: null, detail: null }] });
    });

    it('shows the wanted row with the unsaved template, and what its file rules find', async () => {
      const { body } = await api.call('previewTemplate', `${ID}/template/preview`, { body: { row: 2, template: { ...sample.TEMPLATE, subject: '새 제목' }, businessDate: '2026-11-30T09:00:00' } });
      expect(body).toMatchObject({ subject: '새 제목', html: '<p>C2</p>', row: { number: 2, values: { customer_id: 'C2' } }, businessDate: '2026-11-30T09:00:00' });
      expect(body.files.checks).toMatchObject([{ status: 'NOT_FOUND' }]);
      expect(services.asksOf('attachment.match-files')).toMatchObject([{ values: { customer_id: 'C2' }, businessDate: '2026-11-30T09:00:00' }]);
      expect(saved()).toEqual([]);
    });

    it('shows the text while the files cannot be looked at, and says why', async () => {
      services.fakes['attachment.match-files'] = () => { throw new Refused('UNAVAILABLE', ['The file root is not mounted.', '(한국어) The file root is not mounted.']); };
      const { status, body } = await api.call('previewTemplate', `${ID}/template/preview`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ html: '<p>C1</p>', files: null, filesProblem: 'The file root is not mounted.' });
      expect((await api.call('previewTemplate', `${ID}/template/preview`, { headers: KOREAN })).body).toMatchObject({ filesProblem: expect.stringContaining('(한국어)') });
    });

    it('says how many rows there are when the wanted one is not', async () => {
      expect((await api.call('previewTemplate', `${ID}/template/preview`, { body: { row: 7 } })).body).toMatchObject({ status: 422, field: 'row', detail: expect.stringContaining('2 rows') });
    });

    it('names the column that has no value, as the mail would fail', async () => {
      services.fakes['renderer.preview'] = () => ({ ok: false, errorCode: 'TEMPLATE_VALUE_MISSING', detail: 'Column amount is empty.', ko: '컬럼 amount의 값이 없습니다.' });
      const { body } = await api.call('previewTemplate', `${ID}/template/preview`);
      expect(body).toMatchObject({ status: 422, code: 'PREVIEW_FAILED', errors: [{ code: 'TEMPLATE_VALUE_MISSING', message: 'Column amount is empty.' }] });
      const korean = await api.call('previewTemplate', `${ID}/template/preview`, { headers: KOREAN });
      expect(korean.body).toMatchObject({ detail: '컬럼 amount의 값이 없습니다.', remedy: IN_KOREAN, errors: [{ message: '컬럼 amount의 값이 없습니다.', remedy: IN_KOREAN }] });
    });

    it('is 503 with the reason while the source is down', async () => {
      services.fakes['dbio.sample'] = () => ({ status: 'unreachable', problem: sample.SOURCE_PROBLEM });
      const preview = async (headers = {}) => (await api.call('previewTemplate', `${ID}/template/preview`, { headers })).body;
      const { message, cause, remedy, ko } = sample.SOURCE_PROBLEM;
      expect(await preview()).toMatchObject({ status: 503, code: 'SOURCE_UNREACHABLE', detail: `${message} ${cause}`, remedy, source: sample.SOURCE_PROBLEM });
      expect(await preview({ 'accept-language': 'ko-KR' })).toMatchObject({ detail: `${ko.message} ${ko.cause}`, remedy: ko.remedy, errors: [{ code: 'SOURCE_UNKNOWN_SERVICE', remedy: ko.remedy }] });
    });
  });
});
