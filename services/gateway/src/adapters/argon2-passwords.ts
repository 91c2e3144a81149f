import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Turns } from './turns.js';

/**
 * RFC 9106's second recommended choice: 64 MiB, three passes, four lanes; 115 ms on two cores of the machine it was tried on
 * (OWASP's least, 19 MiB and two passes, takes 27 ms). Changed here, every password is hashed anew at its next sign-in.
 */
export const PASSWORD_COST = { memory: 65_536, passes: 3, parallelism: 4 };
const TAG_BYTES = 32;
const SALT_BYTES = 16;
/** At a time, in this process: each takes its 64 MiB, and one of the four threads that files and host names need, too. */
const MOST_AT_ONCE = 2;

type Cost = typeof PASSWORD_COST;
export type PasswordCheck = 'wrong' | 'right' | 'right-but-old';

const derive = promisify(argon2);

/** Hashes and checks passwords with argon2id, kept in the PHC string format. */
export class Argon2Passwords {
  readonly #nobody: string;
  readonly #turns = new Turns(MOST_AT_ONCE);

  constructor(private readonly cost: Cost = PASSWORD_COST) {
    this.#nobody = phc(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return phc(this.cost, salt, await this.#derive(password, salt, this.cost));
  }

  /** For a name that nobody has (null) it works as long as for one that somebody has, and says wrong. */
  async check(hash: string | null, password: string): Promise<PasswordCheck> {
    const { cost, salt, tag } = parsePhc(hash ?? this.#nobody);
    const isRight = timingSafeEqual(tag, await this.#derive(password, salt, cost));
    if (hash === null || !isRight) return 'wrong';
    return isSame(cost, this.cost) ? 'right' : 'right-but-old';
  }

  /** One password typed on two keyboards is one password: Hangul comes composed from some and decomposed from others. */
  #derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
    return this.#turns.take(() => derive('argon2id', { ...cost, message: password.normalize('NFKC'), nonce, tagLength: TAG_BYTES }));
  }
}

function phc({ memory, passes, parallelism }: Cost, salt: Buffer, tag: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(tag)}`;
}

function parsePhc(hash: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const [, memory, passes, parallelism, salt, tag] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? [];
  if (!salt || !tag) throw new Error('A password hash is not argon2id in the PHC string format.');
  return { cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

function isSame(one: Cost, other: Cost): boolean {
  return one.memory === other.memory && one.passes === other.passes && one.parallelism === other.parallelism;
}
