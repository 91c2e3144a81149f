import { ACCESS, API, OPERATION_IDS, type Operation } from '@tank/contracts';
import { describeApi } from './openapi.js';

type Json = Record<string, unknown>;
const described = describeApi() as unknown as Json & { paths: Record<string, Record<string, Json>>; components: { schemas: Record<string, Json> } };
const operations = Object.entries(described.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

/** Every object in a JSON value, with its path. */
function* walk(value: unknown, path = '#'): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Json];
  for (const [key, inner] of Object.entries(value)) yield* walk(inner, `${path}/${key}`);
}

function resolve(ref: string): unknown {
  return ref.replace('#/', '').split('/').reduce<unknown>((at, key) => (at as Json | undefined)?.[key], described);
}

describe('the OpenAPI description', () => {
  it('is OpenAPI 3.1 and JSON', () => {
    expect(described.openapi).toBe('3.1.0');
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });

  it('has every operation once, under its own id, method and path', () => {
    const told = operations.map(({ path, method, operation }) => [operation.operationId, method.toUpperCase(), path]);
    expect(told.sort()).toEqual(OPERATION_IDS.map((id) => [id, API[id].method, API[id].path.replace(/:(\w+)/g, '{$1}')]).sort());
  });

  it.each(operations)('describes $method $path: success, problems, parameters, both languages', ({ path, operation }) => {
    const responses = operation.responses as Record<string, { description: string; content: Record<string, { schema: Json }> }>;
    const success = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
    expect(success.length).toBeGreaterThan(0);
    for (const [, response] of success) for (const { schema } of Object.values(response.content ?? {})) expect(Object.keys(schema)).not.toEqual([]);
    const problems = Object.values(responses).filter((response) => 'application/problem+json' in (response.content ?? {}));
    expect(problems.length).toBeGreaterThan(0);
    for (const { content } of problems) expect(content['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' });
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect((operation.parameters as Json[]).filter((one) => one.in === 'path').map((one) => one.name)).toEqual(named);
    expect(operation.summary).toMatch(/^[\x20-\x7e]+$/);
    expect(operation.description).toMatch(/[가-힣]/);
  });

  it.each(OPERATION_IDS)('says what %s needs, and what is answered without it', (id) => {
    const { operation } = operations.find((one) => one.operation.operationId === id) ?? {};
    const responses = operation?.responses as Record<string, { headers?: Json }>;
    if (ACCESS[id] === 'public') {
      expect(operation?.security).toEqual(id === 'refreshSession' ? [{ refreshToken: [] }] : []);
      return;
    }
    expect([operation?.security, operation?.['x-access']]).toEqual([[{ accessToken: [] }], ACCESS[id]]);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403']));
    expect(responses['401']?.headers).toHaveProperty('WWW-Authenticate');
  });

  it('has the schemes that operations name', () => {
    const { securitySchemes } = described.components as unknown as { securitySchemes: Record<string, Json> };
    expect(securitySchemes).toMatchObject({ accessToken: { type: 'http', scheme: 'bearer' }, refreshToken: { type: 'apiKey', in: 'cookie', name: 'tank_refresh' } });
    expect(described.paths['/api/session']?.post?.responses).toHaveProperty(['429', 'headers', 'Retry-After']);
  });

  it.each(OPERATION_IDS.filter((id) => 'body' in API[id]))('has the body of %s, closed to unknown fields', (id) => {
    const { operation } = operations.find((one) => one.operation.operationId === id) ?? {};
    const body = operation?.requestBody as { required: boolean; content: Record<string, { schema: { $ref: string } }> };
    expect(body.required).toBe(!(API[id] as Operation).optionalBody);
    expect(resolve(body.content['application/json']?.schema.$ref ?? '')).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('resolves every $ref, and needs every component', () => {
    const refs = [...walk(described)].flatMap(([path, { $ref }]) => (typeof $ref === 'string' ? [[path, $ref] as const] : []));
    expect(refs.filter(([, ref]) => resolve(ref) === undefined)).toEqual([]);
    const used = new Set(refs.map(([, ref]) => ref));
    expect(Object.keys(described.components.schemas).filter((name) => !used.has(`#/components/schemas/${name}`))).toEqual([]);
  });

  it('has no schema that takes anything, but for this description itself', () => {
    const empty = [...walk(described)].filter(([path, value]) => /\/(schema|items)$/.test(path) && Object.keys(value).length === 0);
    expect(empty).toEqual([]);
  });

  it('gives a reader what it cannot guess: limits, enums, the form of an id', () => {
    const { schemas } = described.components;
    expect(schemas.FileRuleInput).toMatchObject({ required: ['name', 'file'], properties: { onMissing: { enum: ['skip', 'stop', 'send'], default: 'skip' } } });
    expect(schemas.Connection?.properties).not.toHaveProperty('password');
    expect(schemas.ConnectionInput?.required).toContain('password');
    expect(JSON.stringify(schemas.Run)).not.toContain('"additionalProperties":false');
  });
});
