import { STATUS_CODES } from 'node:http';
import { ACCESS, API, API_SCHEMAS, OPERATION_IDS, PARAMETER_TEXTS, problemSchema, type Access, type Operation, type OperationId } from '@tank/contracts';
import { z } from 'zod';
import { REFRESH_COOKIE } from './refresh-cookie.js';

type Json = { [key: string]: unknown };

/** OpenAPI 3.1 of the whole API, made from `API`: nothing in it is written twice. */
export function describeApi(): Json & { openapi: string } {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const id of OPERATION_IDS) {
    const operation: Operation = API[id];
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method.toLowerCase()] = describeOperation(id, operation, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tank',
      version: '1',
      description: 'Automatic e-mail from an organisation\'s own servers. Errors are application/problem+json, in Korean or English by Accept-Language. '
        + 'What several people edit has an ETag, which a change sends back as If-Match.\n\n'
        + '자동 이메일 발송 API. 오류는 application/problem+json 이며 Accept-Language에 따라 한국어 또는 영어입니다. 여러 사람이 편집하는 항목은 조회한 응답의 ETag를 If-Match로 보내 바꿉니다.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: Object.fromEntries(Object.entries(components).sort(([one], [other]) => one.localeCompare(other))) },
  };
}

const SECURITY_SCHEMES = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The accessToken that POST /api/session answered; it holds for ten minutes.' },
  refreshToken: { type: 'apiKey', in: 'cookie', name: REFRESH_COOKIE, description: 'Set by POST /api/session; each is good for one refresh.' },
};

/** Statuses of an operation's problems; an answer of its own with the same status stands instead. */
export function problemStatuses(id: OperationId): number[] {
  const operation: Operation = API[id];
  const takesInput = operation.params ?? operation.query ?? operation.headers ?? operation.body;
  const own = Object.keys(operation.answers).map(Number);
  const signedIn = ACCESS[id] === 'public' ? [] : [401];
  const atTheEdge = id === 'getHealth' ? [421, 431] : [403, 421, 429, 431];
  const statuses = [...operation.errors, ...(operation.ifMatch ? [412, 428] : []), ...signedIn, ...atTheEdge, 422, 500, 503, ...(operation.method === 'GET' ? [] : [400, 403, 413, 415])];
  return [...new Set(statuses)].filter((status) => !own.includes(status) && (status !== 422 || takesInput !== undefined || operation.method !== 'GET')).sort();
}

function describeOperation(operationId: OperationId, operation: Operation, components: Json): Json {
  const [summary, description] = operation.summary;
  return {
    operationId,
    summary,
    description,
    tags: [operation.path.split('/')[2]],
    security: securityOf(operationId),
    'x-access': ACCESS[operationId],
    parameters: [
      ...parametersOf('path', operation.params, components),
      ...parametersOf('query', operation.query, components),
      ...parametersOf('header', operation.headers, components),
      ...preconditionsOf(operation),
    ],
    ...(operation.body && {
      requestBody: { required: !operation.optionalBody, content: { 'application/json': { schema: jsonSchema(operation.body, 'input', components) } } },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(operation.answers).map(([status, schema]) => [
        status, operation.media?.[Number(status)] ? streamed(status, operation.media[Number(status)]!) : response(status, 'application/json', schema, components, operation),
      ])),
      ...(operation.etag && operation.method === 'GET' && { 304: { description: 'Not Modified', headers: ETAG } }),
      ...Object.fromEntries(problemStatuses(operationId).map((status) => [status, response(status, 'application/problem+json', problemSchema, components)])),
    },
  };
}

/** An empty list: nothing is needed. */
function securityOf(id: OperationId): Json[] {
  const access: Access = ACCESS[id];
  if (access !== 'public') return [{ accessToken: [] }];
  return id === 'refreshSession' ? [{ refreshToken: [] }] : [];
}

function response(status: number | string, type: string, schema: z.ZodType, components: Json, operation?: Operation): Json {
  return { description: STATUS_CODES[status] ?? String(status), ...headersOf(type, Number(status), operation), content: { [type]: { schema: jsonSchema(schema, 'output', components) } } };
}

function streamed(status: string, mediaTypes: readonly string[]): Json {
  return { description: STATUS_CODES[status] ?? status, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }])) };
}

const GOING_ON: Json = { headers: { Location: { description: 'Where the browser goes on', schema: { type: 'string' } } } };
const HEADERS: { [status: number]: Json } = {
  401: { 'WWW-Authenticate': { description: 'Bearer (RFC 6750)', schema: { type: 'string' } } },
  429: {
    'Retry-After': { description: 'Seconds until it is worth another try', schema: { type: 'integer' } },
    'RateLimit-Limit': { description: 'Calls allowed within a minute; with every answer', schema: { type: 'integer' } },
    'RateLimit-Remaining': { description: 'Calls left of them', schema: { type: 'integer' } },
    'RateLimit-Reset': { description: 'Seconds until the count begins anew', schema: { type: 'integer' } },
  },
};

const ETAG = { ETag: { description: 'The revision of what is shown, for If-Match and If-None-Match', schema: { type: 'string' } } };

function preconditionsOf({ ifMatch, etag, method }: Operation): Json[] {
  const header = (name: string, required: boolean, description: string) => ({ name, in: 'header', required, description, schema: { type: 'string' } });
  if (ifMatch) return [header('If-Match', true, 'The ETag of what was looked at, or * for whatever is there · 조회한 응답의 ETag, 또는 현재 내용과 무관하게 바꾸는 *')];
  return etag && method === 'GET' ? [header('If-None-Match', false, 'An ETag: nothing is answered while it is still this one · 이 ETag와 같으면 304로 응답')] : [];
}

function headersOf(type: string, status: number, operation?: Operation): Json {
  if (status === 302) return GOING_ON;
  const headers = type === 'application/problem+json' ? HEADERS[status] : operation?.etag ? ETAG : undefined;
  return headers ? { headers } : {};
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodObject | undefined, components: Json): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name: place === 'header' ? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()) : name,
    in: place,
    description: PARAMETER_TEXTS.get(field as z.ZodType)?.text,
    required: !(field as z.ZodType).safeParse(undefined).success,
    schema: jsonSchema(field as z.ZodType, 'input', components),
  }));
}

/** Named schemas move to the components. A reader of answers must live with new fields, so answers do not close their objects. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const { $schema: _dialect, $defs = {}, ...own } = z.toJSONSchema(schema, {
    io,
    metadata: API_SCHEMAS,
    override: ({ jsonSchema: made }) => {
      if (io === 'output' && made.additionalProperties === false) delete made.additionalProperties;
    },
  });
  for (const [name, definition] of Object.entries($defs)) {
    const described = withComponentRefs(definition) as Json;
    if (name in components && JSON.stringify(components[name]) !== JSON.stringify(described)) throw new Error(`Two schemas are called ${name}.`);
    components[name] = described;
  }
  return withComponentRefs(own) as Json;
}

function withComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [
    key,
    key === '$ref' && typeof inner === 'string' ? inner.replace('#/$defs/', '#/components/schemas/') : withComponentRefs(inner),
  ]));
}
