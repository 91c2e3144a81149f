import { Refused, type AttachedFile } from '@tank/contracts';
import { FakeServices } from '../test/fake-services.js';
import { FAKES } from '../test/sample-calls.js';
import * as sample from '../test/samples.js';
import { serveForTest, type ServedApi } from '../test/served-api.js';

const PATH = `/api/automation/${sample.AUTOMATION}`;
const file = (path: string, of: Partial<AttachedFile> = {}): AttachedFile => ({
  rule: 'statement', path, displayName: path, contentType: 'application/pdf', size: 3, modifiedMs: 1, inode: '7', common: false, sha256: path, ...of,
});

describe('files for the first rows', () => {
  const services = new FakeServices();
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveForTest(services);
  });
  beforeEach(() => {
    services.asked.length = 0;
    const definition = { target: sample.TARGET, mapping: sample.MAPPING, recipient: { keyColumn: 'CUSTOMER_ID', addressColumn: 'email' }, fileRules: [] };
    services.fakes = {
      ...FAKES,
      'scheduler.get-automation': () => sample.automation(definition),
      'dbio.sample': ({ limit }) => ({ status: 'ok', columns: [], rows: ['C1', 'C2', 'C3', 'C4'].slice(0, limit).map((customer_id) => ({ customer_id })) }),
    };
  });
  afterAll(() => api.close());
  const match = (body: object) => api.call('matchFiles', `${PATH}/files/match`, { body });
  const found = (files: Record<string, AttachedFile[]>) => {
    services.fakes['attachment.match-files'] = ({ values }) => ({ files: files[String(values.customer_id)] ?? [], checks: [] });
  };

  it('are shown row by row, by rules that need not be saved', async () => {
    found({ C1: [file('C1.pdf')] });
    const { status, body } = await match({ rows: 2, fileRules: [sample.FILE_RULE], businessDate: '2026-11-20T09:00:00' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ businessDate: '2026-11-20T09:00:00', rows: [{ row: 1, recipientKey: 'C1', files: [{ path: 'C1.pdf' }] }, { row: 2, recipientKey: 'C2', files: [] }], claimedBySeveral: [] });
    expect(services.asksOf('attachment.match-files')).toMatchObject([{ rules: [sample.FILE_RULE], values: { customer_id: 'C1' }, businessDate: '2026-11-20T09:00:00' }, { values: { customer_id: 'C2' } }]);
  });

  it('name the rows that would get one and the same, by place or content, unless it is common to all', async () => {
    const terms = file('terms.pdf', { common: true });
    found({ C1: [file('a.pdf'), terms], C2: [file('b.pdf'), terms], C3: [file('a.pdf'), terms], C4: [file('copy-of-b.pdf', { sha256: 'b.pdf' }), terms] });
    expect((await match({ fileRules: [sample.FILE_RULE] })).body.claimedBySeveral).toEqual([{ path: 'a.pdf', rows: [1, 3] }, { path: 'b.pdf', rows: [2, 4] }]);
  });

  it('are refused without a rule, with a wrong one, and while the directory is away', async () => {
    expect((await match({})).body).toMatchObject({ status: 409, field: 'fileRules' });
    expect((await match({ fileRules: [{ name: 'x', file: '{{a' }] })).body).toMatchObject({ status: 422, field: 'fileRules[0].file' });
    services.fakes['attachment.match-files'] = () => { throw new Refused('UNAVAILABLE', ['The file root cannot be read.', '파일 루트를 읽을 수 없습니다.']); };
    expect((await match({ fileRules: [sample.FILE_RULE] })).body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect((await match({ rows: 21 })).status).toBe(422);
  });

  it('are those of rows that the sample shows, too', async () => {
    expect((await api.call('sampleRows', `${PATH}/dbio/sample`, { body: { limit: 2 } })).body.rows).toEqual([{ customer_id: 'C1' }, { customer_id: 'C2' }]);
    expect(services.asksOf('dbio.sample')).toEqual([{ connectionId: sample.CONNECTION, targetSql: sample.TARGET.sql, mappingSql: sample.MAPPING.sql, limit: 2 }]);
    services.fakes['dbio.sample'] = () => ({ status: 'unreachable', problem: sample.SOURCE_PROBLEM });
    expect((await api.call('sampleRows', `${PATH}/dbio/sample`)).body).toMatchObject({ status: 503, code: 'SOURCE_UNREACHABLE' });
  });
});

describe('a query that is tested only', () => {
  it('is told with its columns and binds, or where it is wrong, and nothing is saved', async () => {
    const services = new FakeServices({ ...FAKES, 'dbio.check-query': ({ bindable }) => ({ status: 'valid', columns: [sample.column('amount')], binds: bindable ?? [] }) });
    const api = await serveForTest(services);
    const check = (body: object) => api.call('checkQuery', `${PATH}/dbio/check`, { body });
    expect((await check({ purpose: 'mapping', sql: 'SELECT 1' })).body).toEqual({ columns: [{ name: 'amount', type: 'text' }], binds: ['customer_id', 'email'] });
    services.fakes['dbio.check-query'] = () => ({ status: 'invalid', error: sample.QUERY_ERROR });
    expect((await check({ purpose: 'target', sql: 'SELECT nam' })).body).toMatchObject({ status: 422, code: 'QUERY_INVALID', position: 7, field: 'sql' });
    services.fakes['dbio.check-query'] = () => ({ status: 'unreachable', problem: sample.SOURCE_PROBLEM });
    expect((await check({ purpose: 'target', sql: 'SELECT 1' })).body).toMatchObject({ status: 503, code: 'SOURCE_UNREACHABLE' });
    await api.close();
    expect(services.asksOf('scheduler.change-draft')).toEqual([]);
  });
});
