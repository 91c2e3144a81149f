import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { API, problemSchema, type Health, type Operation, type OperationId, type Problem } from '@tank/contracts';
import { setLogLevel } from '@tank/telemetry';
import type { z } from 'zod';
import type { Accounts } from '../accounts/accounts.js';
import { allHandlers } from '../all-handlers.js';
import type { Services } from '../handlers.js';
import { CallRates } from '../adapters/call-rates.js';
import { ApiServer } from '../http/api-server.js';
import { Edge, type EdgeConfig } from '../http/edge.js';
import { problemStatuses } from '../http/openapi.js';
import type { Records } from '../records.js';
import { Sight } from '../sight.js';
import { FakeAccounts } from './fake-accounts.js';
import { FakeRecords } from './fake-records.js';

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into whatever came
  body: any;
}
export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON; a string or bytes as they are. */
  body?: unknown;
}

export interface ServedApi {
  port: number;
  send(path: string, sent?: Sent): Promise<Answered>;
  /** Calls an operation and checks that what comes back is something that the operation says it answers. Without an If-Match it means whatever is there. */
  call(id: OperationId, path: string, sent?: Omit<Sent, 'method'>): Promise<Answered>;
  close(): Promise<void>;
}

export const healthy = async (): Promise<Health> => ({ service: 'gateway', status: 'ok', parts: [] });

export const NO_PROXY: EdgeConfig = { trustedProxies: [], allowedHosts: [] };

/** The API on a free loopback port, over whatever services and accounts it is given; open to everybody unless told. */
export async function serveForTest(
  services: Services, accounts: Accounts = new FakeAccounts(), records: Records = new FakeRecords(), sight = new Sight(services, accounts.groups), config = NO_PROXY,
): Promise<ServedApi> {
  setLogLevel('error');
  const edge = new Edge(config, records.settings, new CallRates());
  const { middleware } = new ApiServer(allHandlers(services, accounts, records, sight, healthy), accounts, sight, records.trail, edge);
  const server = createServer(middleware);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const send = (path: string, sent?: Sent) => sendTo(port, path, sent);
  return {
    port,
    send,
    call: async (id, path, sent) => checked(id, await send(path, { ...sent, method: API[id].method, headers: { ...whateverIsThere(id), ...sent?.headers } })),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export function sendTo(port: number, path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answered> {
  const isRaw = typeof body === 'string' || body instanceof Buffer;
  const bytes = body === undefined ? undefined : Buffer.from(isRaw ? body : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const asking = request({
      host: '127.0.0.1', port, path, method, agent: false,
      headers: { ...(bytes && { 'content-type': 'application/json' }), ...(bytes && !headers['transfer-encoding'] && { 'content-length': bytes.length }), ...headers },
    }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: readBody(answer.headers['content-type'], Buffer.concat(chunks)) });
      });
    });
    asking.on('error', reject);
    asking.end(bytes);
  });
}

function whateverIsThere(id: OperationId): Record<string, string> {
  return (API[id] as Operation).ifMatch ? { 'if-match': '*' } : {};
}

/** What is no JSON, as it came: a workbook in bytes, all else as text. */
function readBody(type: string | undefined, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (type?.includes('spreadsheetml')) return bytes;
  return type === undefined || type.includes('json') ? JSON.parse(bytes.toString()) : bytes.toString();
}

function checked(id: OperationId, answered: Answered): Answered {
  const operation: Operation = API[id];
  const schema: z.ZodType | undefined = operation.answers[answered.status];
  if (schema && operation.media?.[answered.status]) return answered;
  if (answered.status === 304) {
    expect([operation.etag, operation.method, answered.body]).toEqual([true, 'GET', undefined]);
    return answered;
  }
  if (schema) {
    if (operation.etag) expect(answered.headers.etag).toMatch(/^"\d+(-[0-9a-f]+)?"$/);
    expect(answered.headers['content-type']).toBe('application/json; charset=utf-8');
    schema.parse(answered.body);
    return answered;
  }
  expect(problemStatuses(id)).toContain(answered.status);
  expect(answered.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem: Problem = problemSchema.parse(answered.body);
  expect(problem.status).toBe(answered.status);
  return answered;
}
