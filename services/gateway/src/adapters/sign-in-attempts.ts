import { createHmac } from 'node:crypto';
import type { Attempt } from '../accounts/name-lock.js';
import { networkOf } from '../network-list.js';
import type { GatewayDatabase } from './gateway-database.js';
import { Turns } from './turns.js';

/** Of tries from one address, and of wrong passwords in a row for one name. */
export const WINDOW_SECONDS = 900;
export const WRONG_PASSWORDS = 10;
const LOCK_SECONDS = 900;
/** Of the pool's connections: who is signed in goes on while somebody tries thousands of passwords. */
const MOST_AT_ONCE = 3;
const MOST_REMEMBERED = 10_000;

/** Replicas count one after the other, or two could both see the last free try. */
const LOCK_ADDRESS = "SELECT pg_advisory_xact_lock(hashtext('tank.gateway.sign-in.' || $1))";
const COUNT_ADDRESS = `
SELECT count(*)::int AS tries, ceil(extract(epoch FROM min(at) + $2::int * interval '1 second' - clock_timestamp()))::int AS "freeInSeconds"
FROM sign_in_attempt WHERE address = $1 AND at > clock_timestamp() - $2::int * interval '1 second'`;
/** A row for the first, of all replicas, who finds in a window of time that the tries are used up. */
const SHUT_OUT_BEGINS = `
INSERT INTO used_once (digest, expires_at) VALUES ($1, clock_timestamp() + $2::int * interval '1 second')
ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at WHERE used_once.expires_at <= clock_timestamp() RETURNING digest`;

/**
 * A try counts as wrong before it is looked at, and is taken back when it was right: however many come at once, no more than
 * $2 are looked at. No row: the name is locked. After the lock the count begins anew.
 */
const TAKE_NAME = `
INSERT INTO wrong_password AS known (name_digest, tries, last_at) VALUES ($1, 1, clock_timestamp())
ON CONFLICT (name_digest) DO UPDATE SET
  tries = CASE WHEN known.locked_until IS NULL THEN known.tries + 1 ELSE 1 END,
  locked_until = CASE WHEN known.locked_until IS NULL AND known.tries + 1 >= $2::int THEN clock_timestamp() + $3::int * interval '1 second' END,
  last_at = clock_timestamp()
WHERE known.locked_until IS NULL OR known.locked_until <= clock_timestamp()
RETURNING locked_until IS NOT NULL AS "isLast"`;
const LOCKED_FOR = `
SELECT greatest(1, ceil(extract(epoch FROM locked_until - clock_timestamp())))::int AS seconds FROM wrong_password WHERE name_digest = $1`;
const LOCKED_UNTIL = `
SELECT name_digest AS digest, locked_until AS until FROM wrong_password WHERE name_digest = ANY($1::bytea[]) AND locked_until > clock_timestamp()`;

/** How often somebody may try, for all replicas together. It knows names by their keyed digests only. */
export class SignInAttempts {
  readonly #turns = new Turns(MOST_AT_ONCE);
  /** Addresses whose tries are used up, and until when: only time gives them new ones, so nobody need be asked. */
  readonly #usedUp = new Map<string, number>();

  constructor(private readonly db: GatewayDatabase, private readonly digestKey: Buffer, private readonly fromOneAddress: number) {}

  /** A sign-in from an address. */
  async take(address: string, name: string): Promise<Attempt> {
    const network = networkOf(address);
    const ofAddress = this.#remembered(network) ?? (await this.#turns.take(async () => this.#remembered(network) ?? this.#takeAddress(network)));
    if (ofAddress.isAllowed) return this.takeName(name);
    this.#remember(network, ofAddress.retryAfterSeconds);
    return ofAddress;
  }

  /** A password that is checked for somebody who is signed in. */
  async takeName(name: string): Promise<Attempt> {
    const [taken] = await this.db.query<{ isLast: boolean }>(TAKE_NAME, [this.#digest(name), WRONG_PASSWORDS, LOCK_SECONDS]);
    if (taken) return { isAllowed: true, isLast: taken.isLast };
    const [lock] = await this.db.query<{ seconds: number }>(LOCKED_FOR, [this.#digest(name)]);
    return { isAllowed: false, because: 'name', retryAfterSeconds: lock?.seconds ?? 1, hasJustBegun: false };
  }

  /** Of the names that are locked, ISO 8601. */
  async lockedUntil(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const nameOf = new Map(names.map((name) => [this.#digest(name).toString('hex'), name]));
    const locked = await this.db.query<{ digest: Buffer; until: Date }>(LOCKED_UNTIL, [names.map((name) => this.#digest(name))]);
    return new Map(locked.map(({ digest, until }) => [nameOf.get(digest.toString('hex'))!, until.toISOString()]));
  }

  /** The password was right, or a new one was given: the count begins anew. */
  async forgive(name: string): Promise<void> {
    await this.db.query('DELETE FROM wrong_password WHERE name_digest = $1', [this.#digest(name)]);
  }

  #takeAddress(address: string): Promise<Attempt> {
    return this.db.transaction(async (sql) => {
      await sql.query(LOCK_ADDRESS, [address]);
      const [counted] = await sql.query<{ tries: number; freeInSeconds: number | null }>(COUNT_ADDRESS, [address, WINDOW_SECONDS]);
      if (counted!.tries >= this.fromOneAddress) {
        const begins = await sql.query(SHUT_OUT_BEGINS, [this.#digest(`shut out: ${address}`), WINDOW_SECONDS]);
        return { isAllowed: false, because: 'address', retryAfterSeconds: Math.max(1, counted!.freeInSeconds ?? 1), hasJustBegun: begins.length > 0 };
      }
      await sql.query('INSERT INTO sign_in_attempt (address, at) VALUES ($1, clock_timestamp())', [address]);
      return { isAllowed: true, isLast: false };
    });
  }

  #remembered(network: string): Attempt | undefined {
    const leftMs = (this.#usedUp.get(network) ?? 0) - performance.now();
    return leftMs > 0 ? { isAllowed: false, because: 'address', retryAfterSeconds: Math.ceil(leftMs / 1000), hasJustBegun: false } : undefined;
  }

  #remember(network: string, seconds: number): void {
    if (this.#remembered(network)) return;
    if (this.#usedUp.size >= MOST_REMEMBERED) this.#usedUp.clear();
    this.#usedUp.set(network, performance.now() + seconds * 1000);
  }

  #digest(name: string): Buffer {
    return createHmac('sha256', this.digestKey).update(name).digest();
  }
}
