import { basename, dirname, join } from 'node:path';
import type { Twin, TwinQuestion } from '../match-rule.js';
import type { NameList } from '../name-list.js';
import { hashCandidate, lookAtCandidate, onCandidate, stateOf } from './candidate-file.js';
import { TwinCandidates } from './twin-candidates.js';

export interface TwinOptions {
  timeoutMs: number;
  /** @param directory absolute */
  list(directory: string): Promise<NameList | undefined>;
  /** @throws RootUnreachable */
  assertReachable(): Promise<unknown>;
  maxCandidates?: number;
}

const MAX_CANDIDATES = 200_000;

/** Finds files of other recipients that have the same content. What it knows of a directory is kept, the least recently used goes. */
export class ContentTwins {
  readonly #known = new Map<string, TwinCandidates>();
  readonly #counted = new WeakMap<TwinCandidates, number>();
  #total = 0;

  constructor(private readonly options: TwinOptions) {}

  /** Files and directories that are remembered. */
  get count(): number {
    return this.#total;
  }

  /**
   * What cannot be read, is gone or changes meanwhile is no twin: its own mail, and at last the sender's ledger, see to it.
   * @throws RootUnreachable
   */
  async find(realRoot: string, { path, file, others, own }: TwinQuestion): Promise<Twin[]> {
    const directory = dirname(path);
    const key = `${join(realRoot, directory)}\0${others.key}`;
    const candidates = this.#of(key, realRoot, join(realRoot, directory), others);
    const ownNames = new Set(own.filter((each) => dirname(each) === directory).map((each) => basename(each)));
    const { size, sha256 } = file;
    const twins = await candidates.twinsOf({ name: basename(path), ownNames, state: stateOf(file), size, sha256 });
    if (this.#known.get(key) === candidates) this.#forgetOldest(candidates);
    return twins.map((name) => ({ path: join(directory, name), size, sha256 }));
  }

  #of(key: string, realRoot: string, directory: string, others: TwinQuestion['others']): TwinCandidates {
    const { timeoutMs, list, assertReachable } = this.options;
    const candidates = this.#known.get(key) ?? new TwinCandidates(others, {
      list: () => list(directory),
      look: (name) => onCandidate(() => lookAtCandidate(join(directory, name)), timeoutMs, assertReachable),
      hash: (name) => onCandidate(() => hashCandidate(realRoot, join(directory, name)), timeoutMs, assertReachable),
    });
    this.#known.delete(key);
    this.#known.set(key, candidates); // the one used last stands last
    return candidates;
  }

  /** A directory counts as one more: a million small ones are many, too. */
  #forgetOldest(current: TwinCandidates): void {
    this.#count(current, current.count + 1);
    for (const [key, candidates] of this.#known) {
      if (this.#total <= (this.options.maxCandidates ?? MAX_CANDIDATES)) return;
      if (candidates === current) continue;
      this.#known.delete(key);
      this.#count(candidates, 0);
    }
  }

  #count(candidates: TwinCandidates, count: number): void {
    this.#total += count - (this.#counted.get(candidates) ?? 0);
    this.#counted.set(candidates, count);
  }
}
