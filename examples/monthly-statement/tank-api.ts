/** A refusal of the API, in its own words. */
export class ApiRefused extends Error {
  readonly status: number;

  constructor(status: number, what: string, problem: unknown) {
    super(`${what} was refused (${status}): ${JSON.stringify(problem)}`);
    this.name = 'ApiRefused';
    this.status = status;
  }
}

/** Calls the REST API as any customer's script would: JSON in, JSON out, a throw for anything but success. */
export class TankApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
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
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'accept-language': 'ko', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new ApiRefused(response.status, `${method} ${path}`, answer);
    return answer as T;
  }
}
