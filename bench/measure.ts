/** One line of a part's table: what, how fast, and its share of the baseline measured in the same run. */
export interface Line {
  what: string;
  perSecond: number;
  unit: string;
  /** Of the baseline; 1 is the baseline itself. */
  ratio: number;
  note?: string;
}

/** A part of the bench: its name for `--only`, what it is about, and its lines. */
export interface Part {
  name: string;
  about: string;
  run(progress: (text: string) => void): Promise<Line[]>;
}

export interface Measured {
  perSecond: number;
  /** Growth of resident memory from the first tenth of the work to its highest, in MiB. */
  grewMiB: number;
}

/** Runs work that tells how much it has done, `total` in all. */
export async function measure(total: number, work: (done: (count: number) => void) => Promise<void>, progress: (text: string) => void): Promise<Measured> {
  let [done, early, highest, shown] = [0, 0, 0, 0];
  const startedAt = performance.now();
  await work((count) => {
    done += count;
    if (done - shown < total / 50 && done < total) return;
    shown = done;
    const rss = process.memoryUsage().rss;
    if (early === 0 && done >= total / 10) early = rss;
    highest = Math.max(highest, rss);
    progress(`${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`);
  });
  if (done !== total) throw new Error(`${done} of ${total} were done.`);
  return { perSecond: total / ((performance.now() - startedAt) / 1000), grewMiB: Math.max(0, highest - (early || highest)) / 1024 ** 2 };
}

/** Baseline and ours by turns, so that what else the machine does falls on both; the median of each. */
export async function byTurns(rounds: number, baseline: () => Promise<Measured>, ours: () => Promise<Measured>): Promise<{ baseline: Measured; ours: Measured }> {
  const [first, second]: Measured[][] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    first!.push(await baseline());
    second!.push(await ours());
  }
  return { baseline: middle(first!), ours: middle(second!) };
}

function middle(all: Measured[]): Measured {
  return all.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(all.length / 2)]!;
}
