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
  /** After the first tenth of the work. */
  perSecond: number;
  /** Growth of resident memory from the first tenth of the work to its highest, in MiB. */
  grewMiB: number;
}

/**
 * Runs work that tells how much it has done, `total` in all. The first tenth is for warming up: what is compared is work that
 * goes on for hours, and a thread that has just begun runs code that is not compiled yet.
 */
export async function measure(total: number, work: (done: (count: number) => void) => Promise<void>, progress: (text: string) => void): Promise<Measured> {
  let [done, shown, highest] = [0, 0, 0];
  let warm: { done: number; at: number; rss: number } | undefined;
  await work((count) => {
    done += count;
    if (!warm && done >= total / 10) warm = { done, at: performance.now(), rss: process.memoryUsage().rss };
    if (done - shown < total / 50 && done < total) return;
    shown = done;
    highest = Math.max(highest, process.memoryUsage().rss);
    progress(`${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`);
  });
  if (done !== total || !warm) throw new Error(`${done} of ${total} were done.`);
  return { perSecond: (total - warm.done) / ((performance.now() - warm.at) / 1000), grewMiB: Math.max(0, highest - warm.rss) / 1024 ** 2 };
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
