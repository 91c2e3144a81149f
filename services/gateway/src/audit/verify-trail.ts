import { chainHash, NO_HASH, type ChainedEntry } from './audit-entry.js';

/** What the retention wrote when it deleted the entries up to `through`, whose hash this was. */
interface Retention {
  through: number;
  hash: string;
}
export interface TrailReader {
  /** In order, from the oldest there is. */
  entries(): AsyncIterable<ChainedEntry>;
  retentions(): Promise<Retention[]>;
}
export type Verdict =
  | { isWhole: true; entries: number; first: number; last: number; head: string }
  | { isWhole: false; entryNo: number; because: 'changed' | 'missing before' | 'beginning missing' | 'not as remembered' };

/**
 * Reads the whole trail and finds the first entry that was changed, taken out or put in. An end that was cut off can only be seen by somebody who
 * remembers it: give the number and hash of an entry that the gateway's log names.
 */
export async function verifyTrail(key: Buffer, reader: TrailReader, remembered?: { entryNo: number; hash: string }): Promise<Verdict> {
  let last: ChainedEntry | undefined;
  let count = 0;
  let first = 0;
  let isRemembered = remembered === undefined;
  for await (const entry of reader.entries()) {
    if (!last) {
      first = entry.entryNo;
      if (!(await isBeginning(entry, reader))) return { isWhole: false, entryNo: entry.entryNo, because: 'beginning missing' };
    } else if (entry.entryNo !== last.entryNo + 1 || !entry.previousHash.equals(last.hash)) {
      return { isWhole: false, entryNo: entry.entryNo, because: entry.entryNo === last.entryNo + 1 ? 'changed' : 'missing before' };
    }
    if (!chainHash(key, entry.previousHash, entry).equals(entry.hash)) return { isWhole: false, entryNo: entry.entryNo, because: 'changed' };
    if (entry.entryNo === remembered?.entryNo) isRemembered = entry.hash.toString('hex').startsWith(remembered.hash);
    last = entry;
    count += 1;
  }
  if (!isRemembered) return { isWhole: false, entryNo: remembered!.entryNo, because: 'not as remembered' };
  return { isWhole: true, entries: count, first, last: last?.entryNo ?? 0, head: (last?.hash ?? NO_HASH).toString('hex') };
}

/** The first of all, or the one after those that the retention deleted and wrote down. */
async function isBeginning({ entryNo, previousHash }: ChainedEntry, reader: TrailReader): Promise<boolean> {
  if (entryNo === 1) return previousHash.equals(NO_HASH);
  return (await reader.retentions()).some(({ through, hash }) => through === entryNo - 1 && hash === previousHash.toString('hex'));
}
