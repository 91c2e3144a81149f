interface Waiting<I, O> {
  item: I;
  resolve(result: O): void;
  reject(error: unknown): void;
}

export interface MicroBatchOptions<I> {
  /** A batch this large goes at once … */
  maxSize: number;
  /** … any other after this long. */
  waitMs: number;
  /** Items with the same key never share a batch: a multi-row statement may touch a row only once. */
  keyOf(item: I): string;
}

/**
 * Group commit: what many mails want at the same moment becomes one multi-row statement, so that a commit's wait for
 * the disk is shared. Each caller gets its own result; a failed statement fails all who were in it.
 */
export class MicroBatch<I, O> {
  #waiting: Waiting<I, O>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly run: (items: I[]) => Promise<O[]>, private readonly options: MicroBatchOptions<I>) {}

  add(item: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#waiting.length >= this.options.maxSize) void this.#flush();
      else this.#timer ??= setTimeout(() => void this.#flush(), this.options.waitMs);
    });
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#takeBatch();
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => void this.#flush(), this.options.waitMs);
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  }

  #takeBatch(): Waiting<I, O>[] {
    const taken = new Map<string, Waiting<I, O>>();
    const left: Waiting<I, O>[] = [];
    for (const waiting of this.#waiting) {
      const key = this.options.keyOf(waiting.item);
      if (taken.size < this.options.maxSize && !taken.has(key)) taken.set(key, waiting);
      else left.push(waiting);
    }
    this.#waiting = left;
    return [...taken.values()];
  }
}
