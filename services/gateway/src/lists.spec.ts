import { API, OPERATION_IDS, type Operation, type OperationId } from '@tank/contracts';
import { z } from 'zod';
import { describeApi } from './http/openapi.js';
import { FakeServices } from './test/fake-services.js';
import { CALLS, FAKES } from './test/sample-calls.js';
import { serveForTest, type ServedApi } from './test/served-api.js';

interface Parameter {
  name: string;
  description?: string;
  schema: { enum?: string[]; default?: string };
}

const answersItems = (id: OperationId) => {
  const { method, answers }: Operation = API[id];
  return method === 'GET' && answers[200] instanceof z.ZodObject && 'items' in answers[200].shape;
};
/** The settings are one thing with one revision, of which each has its place. */
const LISTS = OPERATION_IDS.filter((id) => answersItems(id) && id !== 'getSettings');
const OF_SERVICES = LISTS.filter((id) => !/^\/api\/(user|group|audit|setting)/.test(API[id].path));

const paths = describeApi().paths as Record<string, Record<string, { parameters: Parameter[] }>>;
function parametersOf(id: OperationId): Map<string, Parameter> {
  return new Map(paths[API[id].path.replace(/:(\w+)/g, '{$1}')]!.get!.parameters.map((one) => [one.name, one]));
}
/** The sample call, which asks for this. */
function pathWith(id: OperationId, asked: Record<string, string>): string {
  const [path, query] = CALLS[id][0].split('?');
  return `${path}?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(query)), ...asked })}`;
}


describe('every list of the API', () => {
  let api: ServedApi;
  let services: FakeServices;
  beforeAll(async () => {
    services = new FakeServices(FAKES);
    api = await serveForTest(services);
  });
  afterAll(() => api.close());

  it('is found by its answer', () => {
    expect([...LISTS].sort()).toEqual(OPERATION_IDS.filter((id) => id.startsWith('list') || id === 'searchMails').sort());
  });

  it.each(LISTS)('%s takes limit, after and sort, each field in both directions, and says how it is sorted by itself', (id) => {
    const parameters = parametersOf(id);
    expect(parameters.get('limit')?.schema).toMatchObject({ default: 100, minimum: 1, maximum: 1000 });
    expect(parameters.get('after')?.description).toMatch(/next.*[가-힣]/);
    const { schema, description } = parameters.get('sort')!;
    const fields = schema.enum!.filter((name) => !name.startsWith('-'));
    expect(schema.enum!.toSorted()).toEqual(fields.flatMap((field) => [field, `-${field}`]).toSorted());
    expect(schema.default ?? /Default: (-?\w+)/.exec(description!)?.[1]).toMatch(new RegExp(`^-?(${fields.join('|')})$`));
    expect(description).toMatch(/[가-힣]/);
    expect(Object.keys((API[id].answers as Record<number, z.ZodObject>)[200]!.shape)).toEqual(expect.arrayContaining(['items', 'next']));
  });

  it.each(LISTS)('%s refuses a sort that it has not, naming those it has', async (id) => {
    const { status, body } = await api.call(id, pathWith(id, { sort: '-nonsense' }));
    expect([status, body.field]).toEqual([422, 'sort']);
    expect(body.errors[0].remedy).toContain(parametersOf(id).get('sort')!.schema.enum![0]);
  });

  it.each(OF_SERVICES)('%s hands limit, after and sort on', async (id) => {
    services.asked.length = 0;
    const sort = parametersOf(id).get('sort')!.schema.enum![1]!;
    expect((await api.call(id, pathWith(id, { limit: '7', after: 'mark', sort }))).status).toBe(200);
    expect(services.asked.map(({ asks }) => asks)).toContainEqual(expect.objectContaining({ limit: 7, after: 'mark', sort }));
  });
});
