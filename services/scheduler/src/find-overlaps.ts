/** A row's filled pattern, seen from the side that tells recipients apart. */
export interface Stem {
  row: number;
  anchor: string;
  /** The other side. */
  rest: string;
  /** The anchor of another row begins with this one. */
  hasLonger: boolean;
}
export interface Overlap {
  row: number;
  otherRow: number;
}

interface Group {
  anchor: string;
  /** By rest; what was found once is not told again. */
  claims: Map<string, { rows: number[]; isFound: boolean }>;
  /** Of more than a few claims, by code unit. */
  sorted?: string[];
}

const WORD = '[\\p{L}\\p{N}\\p{M}]';
const endsInWord = new RegExp(`${WORD}$`, 'u');
const startsWithWord = new RegExp(`^${WORD}`, 'u');
const FEW = 8;

/**
 * Finds the rows of one rule whose patterns match files of each other: the pattern `1_*.pdf` takes `1_2_x.pdf`, which is the
 * file of `1_2`. Such rows' anchors begin with one another. Taken in the order of their code points, all anchors that the
 * current one begins with lie on a stack, and only those that another begins with are kept: a million rows need no memory.
 */
export class FindOverlaps {
  private readonly stack: Group[] = [];

  /** Whether an anchor, and a rest, is guarded against letters and digits that go on. */
  constructor(private readonly guarded: { anchor: boolean; rest: boolean }) {}

  /** @param stem the next one in the order of anchors. @returns both rows of every pair, each at least once. */
  take(stem: Stem): Overlap[] {
    while (this.stack.length > 0 && !stem.anchor.startsWith(this.stack.at(-1)!.anchor)) this.stack.pop();
    const found = this.stack.flatMap((group) => (goesOn(group.anchor, stem.anchor, this.guarded.anchor) ? this.pairs(group, stem) : []));
    if (stem.hasLonger) this.keep(stem);
    return found;
  }

  private pairs(group: Group, { row, rest }: Stem): Overlap[] {
    const [first, ...more] = compatible(group, rest, this.guarded.rest);
    if (first === undefined) return [];
    const { claims } = group;
    const fresh = [first, ...more].map((one) => claims.get(one)!).filter(({ isFound }) => !isFound);
    fresh.forEach((claim) => (claim.isFound = true));
    return [{ row, otherRow: claims.get(first)!.rows[0]! }, ...fresh.flatMap(({ rows }) => rows.map((one) => ({ row: one, otherRow: row })))];
  }

  private keep({ row, anchor, rest }: Stem): void {
    let group = this.stack.at(-1);
    if (group?.anchor !== anchor) this.stack.push((group = { anchor, claims: new Map() }));
    const claim = group.claims.get(rest);
    if (claim) claim.rows.push(row);
    else group.claims.set(rest, { rows: [row], isFound: false });
  }
}

/** Proper, and past the end of a value: `1` goes on as `1_2`, not as `12`. */
function goesOn(shorter: string, longer: string, isGuarded: boolean): boolean {
  if (longer.length <= shorter.length || !longer.startsWith(shorter)) return false;
  return !(isGuarded && endsInWord.test(shorter) && startsWithWord.test(longer.slice(shorter.length)));
}

/** The rests of the group that can stand in one path with this one: one ends as the other goes on. */
function compatible(group: Group, rest: string, isGuarded: boolean): string[] {
  const meets = (one: string) => one === rest || goesOn(one, rest, isGuarded) || goesOn(rest, one, isGuarded);
  if (group.claims.size <= FEW) return [...group.claims.keys()].filter(meets);
  const shorter = Array.from({ length: rest.length + 1 }, (_, length) => rest.slice(0, length)).filter((one) => group.claims.has(one));
  return [...shorter, ...longerOnes(group, rest)].filter(meets);
}

function longerOnes(group: Group, rest: string): string[] {
  const sorted = (group.sorted ??= [...group.claims.keys()].sort((a, b) => (a < b ? -1 : 1)));
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= rest) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < sorted.length && sorted[end]!.startsWith(rest)) end += 1;
  return sorted.slice(low, end);
}

/** For the operator, who can name the row but must not read its values here. */
export function overlapSentence(row: number, otherRow: number): string {
  return (
    `the file pattern as row ${row} and as row ${otherRow} fill it can match the same file, since the value of one begins or ends like the other's: neither is sent. ` +
    'Put a separator that no value contains between the column and the wildcard, such as "{{id}}__*.pdf", or write the whole file name without a wildcard.'
  );
}
