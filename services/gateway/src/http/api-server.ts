import type { IncomingMessage, ServerResponse } from 'node:http';
import { API, Refused, type ObjectKind, type Operation, type OperationId, type Problem, type Streamed } from '@tank/contracts';
import { createLog, currentTraceparent, failSpan, inSpan } from '@tank/telemetry';
import type { z } from 'zod';
import type { Caller } from '../accounts/account.js';
import type { Accounts } from '../accounts/accounts.js';
import type { Asked, AuditTrail } from '../audit/audit-trail.js';
import { toldDetail } from '../audit/told-detail.js';
import type { AnyHandler, Handlers } from '../handlers.js';
import { ApiProblem } from '../problem.js';
import type { Sight } from '../sight.js';
import { inLanguage } from '../words.js';
import { ApiPage } from './api-page.js';
import { checkInput } from './check-input.js';
import type { WhereFrom } from './client-address.js';
import { decryptPasswords } from './decrypt-passwords.js';
import type { Edge } from './edge.js';
import { entityTag, isKnown } from './entity-tag.js';
import { languageOf, type Language } from './language.js';
import { providerCookie, providerTicketOf } from './provider-cookie.js';
import { readJsonBody } from './read-json-body.js';
import { refreshCookie, refreshTokenOf } from './refresh-cookie.js';
import { OpenAnswers } from './open-answers.js';
import { renderProblem } from './render-problem.js';
import { findRoute } from './route-table.js';
import { sendStream } from './send-stream.js';

const SECURE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};
/** Asked every few seconds by monitors: neither traced nor logged. */
const QUIET: OperationId[] = ['getHealth', 'getHealthDetail'];

const log = createLog('gateway');

interface Admitted {
  params: Record<string, string>;
  url: URL;
  from: WhereFrom;
  /** Nobody for what is public. */
  caller: Caller | undefined;
}

/** Serves the table of operations and the page below /api, and says of any other path that nothing is there. */
export class ApiServer {
  readonly #open = new OpenAnswers();
  readonly #page = new ApiPage();

  constructor(
    private readonly handlers: Handlers, private readonly accounts: Pick<Accounts, 'guard' | 'passwordKeys'>, private readonly sight: Pick<Sight, 'admit'>,
    private readonly trail: Pick<AuditTrail, 'begin' | 'record'>, private readonly edge: Edge,
  ) {
    accounts.guard.onChange(() => this.#open.lookAgain());
  }

  readonly middleware = (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): void => {
    const url = parseUrl(request.originalUrl ?? request.url ?? '/');
    void this.answer(request, response, url, languageOf(request.headers['accept-language']));
  };

  /** Nest calls it before it waits for the calls under way: those that would go on for an hour end. */
  beforeApplicationShutdown(): void {
    this.#open.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse, url: URL | undefined, language: Language): Promise<void> {
    const startedAt = performance.now();
    setSecureHeaders(response);
    const route = url && findRoute(request.method ?? 'GET', url.pathname);
    const id = route?.found === 'operation' ? route.id : undefined;
    let userId: string | undefined;
    const work = async () => {
      try {
        const from = this.edge.whereFrom(request);
        const setHeader = (name: string, value: string) => void response.setHeader(name, value);
        await this.edge.admit(request, from, url?.pathname ?? '', setHeader);
        if (url && route?.found === 'nothing' && (await this.#page.serve(request, response, url))) return;
        if (!url || route?.found !== 'operation') throw notServed(request, response, route?.found === 'path' ? route.allow : []);
        const caller = await this.accounts.guard.admit(route.id, request.headers.authorization);
        userId = caller?.userId;
        if (caller) await this.edge.admitUser(caller.userId, setHeader);
        const answer = await this.call(route.id, { params: route.params, url, from, caller }, request, response, language);
        if (answer.etag !== undefined) response.setHeader('ETag', answer.etag);
        if (answer.etag !== undefined && isRead(request) && isKnown(answer.etag, request.headers['if-none-match'])) response.writeHead(304).end();
        else if (isStreamed(route.id, answer.status)) await sendStream(request, response, answer.status, answer.body as Streamed);
        else send(response, answer.status, 'application/json', answer.body);
      } catch (error) {
        sendProblem(response, error, language);
      }
      if (!id || !QUIET.includes(id)) logCall(id, userId, response, startedAt);
    };
    await (id && !QUIET.includes(id) ? inSpan(`api ${id}`, {}, async (span) => {
      await work();
      if (response.statusCode >= 500) failSpan(span, new Error());
    }) : work());
  }

  private async call(id: OperationId, { params, url, from, caller }: Admitted, request: IncomingMessage, response: ServerResponse, language: Language) {
    const sent = isRead(request) ? undefined : await readJsonBody(request);
    const body = await decryptPasswords(id, sent, this.accounts.passwordKeys);
    const input = checkInput(id, { params, query: url.searchParams, headers: request.headers, body }, language);
    const { address } = from;
    const asked: Asked = { by: caller ?? null, address, operation: id, ...objectOf(id, params), detail: toldDetail(input), traceId: traceId() };
    const handle = this.handlers[id] as AnyHandler;
    let closed: AbortSignal | undefined;
    const isStillAllowed = () => this.isStillAllowed(id, input, caller, from);
    const answer = await this.audited(id, asked, async () => {
      if (caller) await this.sight.admit(id, input, caller);
      return handle(input, {
        say: (words) => inLanguage(words, language),
        setHeader: (name, value) => void response.setHeader(name, value),
        caller,
        client: { address, userAgent: request.headers['user-agent'] ?? '' },
        refreshToken: refreshTokenOf(request),
        setRefreshToken: (cookie) => void response.appendHeader('Set-Cookie', refreshCookie(cookie, from)),
        providerTicket: providerTicketOf(request),
        setProviderTicket: (ticket) => void response.appendHeader('Set-Cookie', providerCookie(ticket, from)),
        record: (detail, by = asked.by ?? undefined) => this.trail.record({ ...asked, by: by ?? null, detail }),
        closed: () => (closed ??= this.#open.closedWith(response, isStillAllowed)),
        isStillAllowed,
      });
    });
    const schema = (API[id].answers as Record<number, z.ZodType | undefined>)[answer.status];
    if (!schema) throw new Error(`${id} answered ${answer.status}, which the API does not list.`);
    // Also the last gate: a field that the API does not name, such as a password, does not get out.
    const shown = isStreamed(id, answer.status) ? answer.body : schema.parse(answer.body);
    return { status: answer.status, body: shown, etag: answer.revision === undefined ? undefined : entityTag(answer.revision, isRead(request) ? shown : undefined) };
  }

  private async isStillAllowed(id: OperationId, input: Parameters<Sight['admit']>[1], caller: Caller | undefined, from: WhereFrom): Promise<boolean> {
    if (!(await this.edge.isAllowed(from))) return false;
    if (!caller) return true;
    const now = await this.accounts.guard.admitAgain(id, caller);
    return now !== undefined && (await this.sees(id, input, now));
  }

  private async sees(id: OperationId, input: Parameters<Sight['admit']>[1], caller: Caller): Promise<boolean> {
    try {
      await this.sight.admit(id, input, caller);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'NOT_FOUND') return false;
      throw error;
    }
  }

  /** A change is in the trail before it is made. */
  private async audited(id: OperationId, asked: Asked, change: () => ReturnType<AnyHandler>): ReturnType<AnyHandler> {
    const { method, audited }: Operation = API[id];
    if (method === 'GET' || audited === 'never' || asked.by === null) return change();
    const ended = await this.trail.begin(asked);
    try {
      const answer = await change();
      await ended({ status: answer.status, code: null, objectId: idOf(asked.objectKind, answer.body) });
      return answer;
    } catch (error) {
      const { status, code } = renderProblem(error, 'en', asked.traceId);
      await ended({ status, code, objectId: null });
      throw error;
    }
  }
}

function objectOf(id: OperationId, params: Record<string, string>): Pick<Asked, 'objectKind' | 'objectId'> {
  const { of, path }: Operation = API[id];
  return { objectKind: of ?? OBJECT_OF_PATH[path.split('/')[2] ?? ''] ?? null, objectId: params.id ?? null };
}

/** What is made under a path without an id. */
const OBJECT_OF_PATH: Record<string, ObjectKind> = { automation: 'automation', scheduler: 'schedule', connection: 'connection', user: 'user', group: 'group' };

/** Of what was made or changed; a run has the id of its automation, too. */
function idOf(kind: string | null, body: unknown): string | null {
  const ids = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const id = ids.runId ?? ids[`${kind}Id`];
  return typeof id === 'string' ? id : null;
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isStreamed(id: OperationId, status: number): boolean {
  return (API[id] as Operation).media?.[status] !== undefined;
}

function traceId(): string | null {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(currentTraceparent() ?? '')?.[1] ?? null;
}

function parseUrl(target: string): URL | undefined {
  return URL.canParse(target, 'http://localhost') && target.startsWith('/') && !target.startsWith('//') ? new URL(target, 'http://localhost') : undefined;
}

function setSecureHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURE_HEADERS)) response.setHeader(name, value);
}

function notServed(request: IncomingMessage, response: ServerResponse, allow: string[]): ApiProblem {
  if (allow.length === 0) {
    return new ApiProblem({ status: 404, code: 'NO_SUCH_PATH', detail: ['There is nothing at this path: see /api/docs or /api/openapi.json.', '없는 경로입니다. /api/docs 또는 /api/openapi.json을 확인하세요.'] });
  }
  response.setHeader('Allow', allow.join(', '));
  return new ApiProblem({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail: [`${request.method} is not for this path: it takes ${allow.join(', ')}.`, `이 경로는 ${allow.join(', ')} 만 지원합니다 (${request.method} 불가).`],
  });
}

function sendProblem(response: ServerResponse, error: unknown, language: Language): void {
  const problem: Problem = renderProblem(error, language, traceId());
  if (problem.status === 500) log.error('api.defect', error);
  if (response.headersSent) return void response.destroy();
  response.setHeader('Content-Language', language);
  for (const [name, value] of Object.entries(error instanceof ApiProblem ? (error.parts.headers ?? {}) : {})) response.setHeader(name, value);
  send(response, problem.status, 'application/problem+json', problem);
}

/** Node leaves the body out of an answer to HEAD. */
function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Content-Length': bytes.length }).end(bytes);
}

function logCall(id: OperationId | undefined, userId: string | undefined, response: ServerResponse, startedAt: number): void {
  const duration = Math.round(performance.now() - startedAt);
  log.info(id ? `api.${id}` : 'api.not-served', { userId, status: response.statusCode, duration, success: response.statusCode < 400 });
}
