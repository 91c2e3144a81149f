/** A refusal of the API, in its own words. */
export class ApiRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, what: string, problem: unknown) {
    super(`${what} was refused (${status}): ${JSON.stringify(problem)}`);
    this.name = 'ApiRefused';
    this.status = status;
    this.code = (problem as { code?: string }).code ?? '';
  }
}

export interface Account {
  name: string;
  password: string;
}

/** What a sign-in or a refresh gave. */
interface Session {
  accessToken: string;
  expiresAtMs: number;
  /** The refresh token, which a browser would keep by itself. */
  cookie: string;
}

/** A thing that may be changed: `/automation/<id>`, with or without what is below it; and the settings. */
const THING = /^\/(?:setting|\w+\/[0-9a-f-]{36})(?=[/?]|$)/;
/** A token is renewed so long before its end. */
const SPARE_MS = 30_000;

/**
 * Calls the REST API as any customer's script would: JSON in, JSON out, a throw for anything but success. It signs in with the
 * first call, refreshes its token before it expires, and signs in again when its session has ended. What it has looked at it changes
 * only as it was; what it has not, whatever it is.
 */
export class TankApi {
  readonly #url: string;
  readonly #account: Account;
  #session: Session | undefined;
  #renewing: Promise<Session> | undefined;
  /** The ETag of the last answer about each thing. */
  readonly #seen = new Map<string, string>();

  constructor(url: string, account: Account) {
    this.#url = url;
    this.#account = account;
  }

  get<T>(path: string): Promise<T> {
    return this.#call('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call('POST', path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PATCH', path, body);
  }

  /** Every item of a list, page by page. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let next: string | null = null;
    do {
      const after: string = next ? `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(next)}` : '';
      const page: { items: T[]; next: string | null } = await this.get(`${path}${after}`);
      items.push(...page.items);
      next = page.next;
    } while (next);
    return items;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { accessToken } = await this.#open();
    const response = await this.#ask(method, path, body, accessToken);
    if (response.status !== 401) return answerOf(response, `${method} ${path}`);
    // Ended by somebody else, or this machine's clock is behind: once more with a new token.
    if (this.#session?.accessToken === accessToken) this.#session = undefined;
    await response.body?.cancel();
    const again = await this.#open();
    return answerOf(await this.#ask(method, path, body, again.accessToken), `${method} ${path}`);
  }

  async #ask(method: string, path: string, body: unknown, accessToken: string): Promise<Response> {
    const thing = THING.exec(path)?.[0];
    const decidedBy: Record<string, string> = thing !== undefined && method !== 'GET' ? { 'if-match': this.#seen.get(thing) ?? '*' } : {};
    const response = await this.#send(method, path, body, { authorization: `Bearer ${accessToken}`, ...decidedBy });
    const tag = response.headers.get('etag');
    // 201: another thing, made of this one.
    if (thing !== undefined && tag !== null && response.ok && response.status !== 201) this.#seen.set(thing, tag);
    return response;
  }

  /** Calls that come together wait for one renewal: a refresh token is good for one. */
  #open(): Promise<Session> {
    if (this.#session && this.#session.expiresAtMs - Date.now() > SPARE_MS) return Promise.resolve(this.#session);
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renew(): Promise<Session> {
    const known = this.#session;
    this.#session = undefined;
    const refreshed = known && (await this.#send('POST', '/session/refresh', undefined, { cookie: known.cookie }));
    this.#session = refreshed?.ok
      ? await sessionOf(refreshed, 'POST /session/refresh')
      : await sessionOf(await this.#send('POST', '/session', this.#account, {}), 'POST /session');
    return this.#session;
  }

  #send(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: { 'accept-language': 'ko', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}

async function sessionOf(response: Response, what: string): Promise<Session> {
  const { accessToken, expiresAt } = await answerOf<{ accessToken: string; expiresAt: string }>(response, what);
  const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  return { accessToken, expiresAtMs: Date.parse(expiresAt), cookie };
}

async function answerOf<T>(response: Response, what: string): Promise<T> {
  const answer = await response.json();
  if (!response.ok) throw new ApiRefused(response.status, what, answer);
  return answer as T;
}
