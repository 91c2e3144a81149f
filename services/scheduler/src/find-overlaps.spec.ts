import { FindOverlaps, type Stem } from './find-overlaps.js';

const WORD = /^[\p{L}\p{N}\p{M}]$/u;
const goesOn = (a: string, b: string, isGuarded: boolean) => b !== a && b.startsWith(a) && !(isGuarded && WORD.test(a.at(-1) ?? '') && WORD.test(b[a.length]!));
const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A repeatable sequence of numbers below `limit`. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % limit;
}

function stemsOf(rows: { anchor: string; rest: string }[]): Stem[] {
  const stems = rows.map((row, at) => ({ ...row, row: at + 1 })).sort((a, b) => order(a.anchor, b.anchor));
  return stems.map((stem) => ({ ...stem, hasLonger: stems.some(({ anchor }) => anchor !== stem.anchor && anchor.startsWith(stem.anchor)) }));
}

it.each([true, false])('finds exactly the rows that a comparison of all with all finds, guarded: %s', (isGuarded) => {
  const next = numbers(7);
  const text = (longest: number) => Array.from({ length: next(longest) }, () => 'ab1_가-'[next(6)]).join('');
  for (let round = 0; round < 300; round += 1) {
    const rests = Array.from({ length: 1 + next(30) }, () => text(4));
    const stems = stemsOf(Array.from({ length: 40 }, () => ({ anchor: text(5), rest: rests[next(rests.length)]! })));
    const meet = (a: string, b: string) => a === b || goesOn(a, b, isGuarded) || goesOn(b, a, isGuarded);
    const expected = stems.filter((a) => stems.some((b) => (goesOn(a.anchor, b.anchor, isGuarded) || goesOn(b.anchor, a.anchor, isGuarded)) && meet(a.rest, b.rest)));
    const finder = new FindOverlaps({ anchor: isGuarded, rest: isGuarded });
    const found = stems.flatMap((stem) => finder.take(stem));
    expect([...new Set(found.map(({ row }) => row))].sort()).toEqual(expected.map(({ row }) => row).sort());
    const byRow = new Map(stems.map((stem) => [stem.row, stem]));
    for (const { row, otherRow } of found) expect(meet(byRow.get(row)!.rest, byRow.get(otherRow)!.rest)).toBe(true);
  }
});

it('tells of a row a few times, not once for each that goes on', () => {
  const finder = new FindOverlaps({ anchor: false, rest: false });
  const stems = stemsOf(['1_', ...Array.from({ length: 1000 }, (_, at) => `1_${at}x`)].map((anchor) => ({ anchor, rest: '' })));
  const found = stems.flatMap((stem) => finder.take(stem));
  expect(found.filter(({ row }) => row === 1)).toHaveLength(1);
  expect(new Set(found.map(({ row }) => row)).size).toBe(1001);
});

it('looks a rest up among many at once, where two branches of which one goes on have as many customers', () => {
  const finder = new FindOverlaps({ anchor: false, rest: true });
  const branch = (anchor: string, hasLonger: boolean) => Array.from({ length: 20_000 }, (_, at) => ({ row: at + (hasLonger ? 0 : 20_000), anchor, rest: `FDP.${at}_`, hasLonger }));
  const found = [...branch('A_', true), ...branch('A_1_', false)].flatMap((stem) => finder.take(stem));
  expect(new Set(found.map(({ row }) => row)).size).toBe(40_000);
});
