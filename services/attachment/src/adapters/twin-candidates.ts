import type { NameList } from '../name-list.js';
import type { NamePattern } from '../name-pattern.js';
import type { Look } from './candidate-file.js';

interface Candidate extends Look {
  /** Of the steady clock: until then its size is believed. */
  lookAgainAt: number;
  /** Undefined: not needed yet. Null: could not be read. */
  sha256?: string | null;
  /** Hashed so long after its last change that a change since would show in its state. */
  isFirm?: boolean;
}
export interface CandidateFiles {
  list(): Promise<NameList | undefined>;
  /** Undefined: nobody's file. */
  look(name: string): Promise<Look | undefined>;
  hash(name: string): Promise<{ look: Look; sha256: string } | undefined>;
}
/** The file whose twins are asked for; `ownNames`: what is no twin, itself included. */
export interface OwnFile {
  name: string;
  ownNames: Set<string>;
  state: string;
  size: number;
  sha256: string;
}

const RECENT_MS = 1000;
const TICK_MS = 2000;
const BELIEVED_MS = 600_000;
const LOOKS_AT_ONCE = 64;
const HASHES_AT_ONCE = 4;
const MAX_TWINS = 5;
/** Stands for what is nobody's file now and may be one later. */
const NOTHING: Look = { size: -1, state: '', touchedMs: 0 };

/**
 * The files of one directory that one pattern would give to anybody, with their sizes, and hashes where they were needed.
 *
 * A name is looked at when it is new in the listing, and again after as long as the file had been quiet (a second at least,
 * ten minutes at most): so a file that is still growing is seen at its full size soon, and one that is overwritten in
 * place, which no listing shows, some time later. A twin is looked at once more before it counts.
 */
export class TwinCandidates {
  readonly #known = new Map<string, Candidate>();
  readonly #due = new Set<string>();
  readonly #hashing = new Map<string, Promise<void>>();
  /** Made anew after a change: a few milliseconds for 50,000 files, and no memory for sets of one. */
  #bySize: Map<number, string[]> | undefined;
  #names: NameList | undefined;
  #scannedAt = -Infinity;
  #running: { startedAt: number; result: Promise<void> } | undefined;

  constructor(private readonly others: NamePattern, private readonly files: CandidateFiles) {}

  get count(): number {
    return this.#known.size;
  }

  /** @returns the names of some twins */
  async twinsOf(own: OwnFile): Promise<string[]> {
    this.#learn(own);
    await this.#catchUp();
    const sameSize = this.#ofSize(own.size).filter((name) => !own.ownNames.has(name));
    await inTurns(sameSize.filter((name) => this.#known.get(name)?.sha256 === undefined), HASHES_AT_ONCE, (name) => this.#hash(name));
    const twins: string[] = [];
    for (const name of sameSize) {
      if (this.#known.get(name)?.sha256 === own.sha256 && (await this.#isStill(name, own.sha256))) twins.push(name);
      if (twins.length === MAX_TWINS) break;
    }
    return twins;
  }

  /** The mail's own file was just read: its hash need not be made again, and if it changed, its size is taken anew. */
  #learn({ name, state, sha256 }: OwnFile): void {
    const known = this.#known.get(name);
    if (!known) return;
    if (known.state === state) Object.assign(known, { sha256, isFirm: isQuiet(known) });
    else this.#due.add(name);
  }

  /** Everybody who asks at the same time shares one run; who asks long after it began waits for the next. */
  async #catchUp(): Promise<void> {
    const askedAt = performance.now();
    for (let running = this.#running; running; running = this.#running) {
      await running.result;
      if (running.startedAt >= askedAt - RECENT_MS) return;
    }
    const result = this.#lookAtDue().finally(() => (this.#running = undefined));
    this.#running = { startedAt: performance.now(), result };
    await result;
  }

  async #lookAtDue(): Promise<void> {
    const names = await this.files.list();
    if (names !== this.#names) this.#take(names?.matchingMost(this.others) ?? []);
    this.#names = names;
    const now = performance.now();
    if (now - this.#scannedAt >= RECENT_MS) {
      for (const [name, { lookAgainAt }] of this.#known) if (lookAgainAt <= now) this.#due.add(name);
      this.#scannedAt = now;
    }
    await inTurns([...this.#due], LOOKS_AT_ONCE, async (name) => {
      this.#put(name, (await this.files.look(name)) ?? NOTHING);
      this.#due.delete(name);
    });
  }

  #take(names: string[]): void {
    const current = new Set(names);
    for (const name of [...this.#known.keys(), ...this.#due]) if (!current.has(name)) this.#drop(name);
    for (const name of names) if (!this.#known.has(name)) this.#due.add(name);
  }

  #drop(name: string): void {
    this.#due.delete(name);
    if (this.#known.delete(name)) this.#bySize = undefined;
  }

  /** A hash stays with a file that stayed the same. */
  #put(name: string, look: Look, hash: Pick<Candidate, 'sha256' | 'isFirm'> = {}): void {
    const known = this.#known.get(name);
    const kept = known?.state === look.state && known.isFirm ? { sha256: known.sha256, isFirm: true } : {};
    this.#known.set(name, { ...look, ...kept, ...hash, lookAgainAt: performance.now() + believedMs(look) });
    if (known?.size !== look.size) this.#bySize = undefined;
  }

  #ofSize(size: number): string[] {
    if (!this.#bySize) {
      this.#bySize = new Map();
      for (const [name, { size }] of this.#known) {
        const names = this.#bySize.get(size);
        if (names) names.push(name);
        else this.#bySize.set(size, [name]);
      }
    }
    return this.#bySize.get(size) ?? [];
  }

  async #hash(name: string): Promise<void> {
    if (this.#known.get(name)?.sha256 !== undefined) return;
    const hashing = this.#hashing.get(name) ?? this.#hashNow(name).finally(() => this.#hashing.delete(name));
    this.#hashing.set(name, hashing);
    await hashing;
  }

  async #hashNow(name: string): Promise<void> {
    const hashed = await this.files.hash(name);
    const known = this.#known.get(name);
    if (!known) return; // gone from the directory meanwhile
    if (hashed) this.#put(name, hashed.look, { sha256: hashed.sha256, isFirm: isQuiet(hashed.look) });
    else known.sha256 = null;
  }

  async #isStill(name: string, sha256: string): Promise<boolean> {
    const look = await this.files.look(name);
    if (!look) return false;
    this.#put(name, look);
    await this.#hash(name);
    return this.#known.get(name)?.sha256 === sha256;
  }
}

function isQuiet({ touchedMs }: Look): boolean {
  return Date.now() - touchedMs > TICK_MS;
}

/** Not the same for all, so that a directory's files do not all come due at once. */
function believedMs({ touchedMs }: Look): number {
  return Math.min(Math.max(Date.now() - touchedMs, RECENT_MS), BELIEVED_MS) * (0.75 + Math.random() / 2);
}

async function inTurns(names: string[], atOnce: number, work: (name: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < names.length; at += atOnce) await Promise.all(names.slice(at, at + atOnce).map(work));
}
