import type { IncomingMessage } from 'node:http';
import type { Settings } from '@tank/contracts';
import { networkOf, NetworkList } from '../network-list.js';
import { ClientAddress, type WhereFrom } from './client-address.js';
import { MOST_HEADERS, networkNotAllowed, tooManyHeaders, tooManyRequests } from './edge-problems.js';
import { refuseStrangers } from './refuse-strangers.js';

/** What the environment says of the way to us. */
export interface EdgeConfig {
  /** Networks of proxies whose X-Forwarded headers are believed. */
  trustedProxies: readonly string[];
  /** Names, in lower case, under which it answers through them. */
  allowedHosts: readonly string[];
}
interface RuntimeSettings {
  current(): Promise<Settings>;
}
interface Taken {
  isAllowed: boolean;
  limit: number;
  remaining: number;
  resetSeconds: number;
}
interface Rates {
  ofAddress(network: string, limit: number): Promise<Taken>;
  ofUser(userId: string, limit: number): Promise<Taken>;
}

type SetHeader = (name: string, value: string) => void;

/** Asked by monitors from wherever they are, and while nothing else works. */
const FREE_PATH = '/api/health';

/** What a request passes before anybody asks who sent it: its size, its network, the rate of its address, the name it was sent to, the page that sent it. */
export class Edge {
  readonly #client: ClientAddress;
  #networks: { of: Settings['allowedNetworks']; list: NetworkList } = { of: [], list: new NetworkList([]) };

  constructor(private readonly config: EdgeConfig, private readonly settings: RuntimeSettings, private readonly rates: Rates) {
    this.#client = new ClientAddress(config.trustedProxies);
  }

  /** Everybody behind a proxy shares its connections. */
  isProxy(address: string): boolean {
    return this.#client.isProxy(address);
  }

  whereFrom(request: IncomingMessage): WhereFrom {
    return this.#client.of(request);
  }

  /** Tells in the answer's headers how many calls are left. @throws ApiProblem 403, 421, 429 or 431. */
  async admit(request: IncomingMessage, from: WhereFrom, path: string, setHeader: SetHeader): Promise<void> {
    // Further ones might hide what a proxy added: Node drops those over its own limit.
    if (request.rawHeaders.length / 2 > MOST_HEADERS) throw tooManyHeaders();
    if (path !== FREE_PATH) await this.#admitAddress(from, setHeader);
    refuseStrangers(request, from, this.config.allowedHosts);
  }

  /** @throws ApiProblem 429. */
  async admitUser(userId: string, setHeader: SetHeader): Promise<void> {
    const { callsPerMinuteOfUser } = await this.settings.current();
    refuseTooMany('user', await this.rates.ofUser(userId, callsPerMinuteOfUser), setHeader);
  }

  async isAllowed({ address }: WhereFrom): Promise<boolean> {
    return this.#isAllowed(address, (await this.settings.current()).allowedNetworks);
  }

  async #admitAddress({ address }: WhereFrom, setHeader: SetHeader): Promise<void> {
    const { allowedNetworks, callsPerMinuteOfAddress } = await this.settings.current();
    if (!this.#isAllowed(address, allowedNetworks)) throw networkNotAllowed(address);
    refuseTooMany('address', await this.rates.ofAddress(networkOf(address), callsPerMinuteOfAddress), setHeader);
  }

  #isAllowed(address: string, networks: Settings['allowedNetworks']): boolean {
    if (this.#networks.of !== networks) this.#networks = { of: networks, list: new NetworkList(networks) };
    return networks.length === 0 || this.#networks.list.has(address);
  }
}

function refuseTooMany(of: 'address' | 'user', { isAllowed, limit, remaining, resetSeconds }: Taken, setHeader: SetHeader): void {
  if (!isAllowed) throw tooManyRequests(of, limit, resetSeconds);
  setHeader('RateLimit-Limit', String(limit));
  setHeader('RateLimit-Remaining', String(remaining));
  setHeader('RateLimit-Reset', String(resetSeconds));
}
