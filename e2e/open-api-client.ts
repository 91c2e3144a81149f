import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface OperationObject {
  operationId: string;
  security: Record<string, string[]>[];
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: object }[];
  requestBody?: { content: { 'application/json': { schema: object } } };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, object> };
}
export interface Answer<T> {
  status: number;
  body: T;
  /** Of what is shown, for `ifMatch`. */
  etag: string | null;
}

export interface ServerEvent {
  name: string;
  data: unknown;
}

export interface Sent {
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** The ETag that a change was decided by; `*`, whatever is there, unless told. */
  ifMatch?: string;
}

/**
 * Calls an API by nothing but its description: finds the operation by method and path, checks the request before it is
 * sent and every answer against the schema that the description gives for its status.
 */
export class OpenApiClient {
  readonly #url: string;
  readonly #document: Document;
  readonly #ajv: Ajv2020;
  #accessToken: string | undefined;
  /** Every answer that said no, as it came. */
  readonly refusals: { where: string; text: string }[] = [];
  /** Tokens that it was given. */
  readonly tokens: string[] = [];

  private constructor(url: string, document: Document) {
    this.#url = url;
    this.#document = document;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    // Not among the formats of ajv: the description's patterns say the same.
    for (const format of ['cidrv4', 'cidrv6']) this.#ajv.addFormat(format, true);
    this.#ajv.addSchema(document as object, 'openapi');
  }

  static async read(origin: string, path: string): Promise<OpenApiClient> {
    const document = (await (await fetch(`${origin}${path}`)).json()) as Document;
    return new OpenApiClient(origin, document);
  }

  /** Every `METHOD /path` that the description knows. */
  get operations(): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  }

  /** Where the description asks for an access token, it goes along from now on. */
  async signIn(credentials: { name: string; password: string }): Promise<Answer<{ accessToken?: string }>> {
    const answer = await this.call<{ accessToken?: string }>('POST /api/session', { body: credentials });
    this.#accessToken = answer.body.accessToken;
    if (this.#accessToken) this.tokens.push(this.#accessToken);
    return answer;
  }

  async call<T>(operation: string, sent: Sent = {}): Promise<Answer<T>> {
    const { described, response } = await this.#ask(operation, sent);
    const text = await response.text();
    this.tokens.push(...response.headers.getSetCookie().flatMap((cookie) => /^tank_refresh=([^;]+)/.exec(cookie)?.slice(1) ?? []));
    if (response.status >= 400) this.refusals.push({ where: operation, text });
    const answer = JSON.parse(text) as T;
    this.#check(`${operation}: answer ${response.status}`, schemaOf(operation, described, response, text), answer);
    return { status: response.status, body: answer, etag: response.headers.get('etag') };
  }

  /** A file that is downloaded: its bytes, whose kind the description names. */
  async download(operation: string, sent: Sent = {}): Promise<{ fileName: string; bytes: Buffer }> {
    const { described, response } = await this.#ask(operation, sent);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) throw new Error(`${operation} answered ${response.status}: ${bytes.toString()}`);
    schemaOf(operation, described, response, '');
    const [, fileName = ''] = /filename\*=UTF-8''(\S+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    return { fileName: decodeURIComponent(fileName), bytes };
  }

  /** Server-sent events, each with its name, until the stream ends or `isEnough`. */
  async watch(operation: string, sent: Sent, isEnough: (event: ServerEvent, all: ServerEvent[]) => boolean): Promise<ServerEvent[]> {
    const { described, response } = await this.#ask(operation, sent);
    schemaOf(operation, described, response, '');
    const events: ServerEvent[] = [];
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop()!;
      for (const part of parts.filter((one) => one.startsWith('event:'))) {
        const [, name = '', data = ''] = /^event: ?(.*)\ndata: ?(.*)$/s.exec(part) ?? [];
        events.push({ name, data: JSON.parse(data) as unknown });
        if (isEnough(events.at(-1)!, events)) return events;
      }
    }
    return events;
  }

  async #ask(operation: string, { path = {}, query = {}, body, ifMatch = '*' }: Sent): Promise<{ described: OperationObject; response: Response }> {
    const [method, template] = operation.split(' ') as [string, string];
    const described = this.#document.paths[template]?.[method.toLowerCase()];
    if (!described) throw new Error(`The description has no ${operation}; it has:\n${this.operations.join('\n')}`);
    if (body !== undefined) this.#check(`${operation}: request`, described.requestBody?.content['application/json'].schema, body);
    const url = `${this.#url}${template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))}?${new URLSearchParams(query)}`;
    const response = await fetch(url, { method, headers: this.#headersFor(described, body, ifMatch), body: body === undefined ? undefined : JSON.stringify(body) });
    return { described, response };
  }

  #headersFor({ security, parameters = [] }: OperationObject, body: unknown, ifMatch: string): Record<string, string> {
    const isDecided = parameters.some((one) => one.in === 'header' && one.name === 'If-Match');
    const isSignedIn = this.#accessToken !== undefined && security.some((scheme) => 'accessToken' in scheme);
    return {
      ...(isSignedIn && { authorization: `Bearer ${this.#accessToken}` }), ...(isDecided && { 'if-match': ifMatch }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
  }

  #check(what: string, schema: object | undefined, value: unknown): void {
    if (!schema) throw new Error(`${what}: the description has no schema.`);
    const validate: ValidateFunction = this.#ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
    if (!validate(value)) throw new Error(`${what} does not fit the description: ${this.#ajv.errorsText(validate.errors)}\n${JSON.stringify(value).slice(0, 2000)}`);
  }
}

/** @throws Error for a status or a kind of content that the description does not have. */
function schemaOf(operation: string, { responses }: OperationObject, { status, headers }: Response, answer: string): object {
  const contentType = headers.get('content-type')?.split(';')[0] ?? '';
  const content = Object.entries(responses[String(status)]?.content ?? {}).find(([type]) => type.split(';')[0] === contentType);
  const schema = content?.[1].schema;
  if (!schema) throw new Error(`${operation} answered ${status} ${contentType}, which its description does not have: ${answer}`);
  return schema;
}
