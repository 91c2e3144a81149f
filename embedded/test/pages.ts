import { deepStrictEqual } from 'node:assert/strict';

interface Asked {
  limit: number;
  after: string | null;
  sort: string;
}
interface Page<T> {
  items: T[];
  next: string | null;
}

/** All items of a list, one page after the other. */
export async function pageByPage<T>(read: (asked: Asked) => Promise<Page<T>>, sort: string, limit: number): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page: Page<T> = await read({ limit, after, sort });
    items.push(...page.items);
    after = page.next;
  }
  return items;
}

/** Pages of one have the same items as one page, in either direction, and one direction is the other's reverse. @returns them from first to last */
export async function sameInPagesOfOne<T>(read: (asked: Asked) => Promise<Page<T>>, field: string): Promise<T[]> {
  const all = await pageByPage(read, field, 1000);
  deepStrictEqual(await pageByPage(read, field, 1), all);
  deepStrictEqual(await pageByPage(read, `-${field}`, 1), all.toReversed());
  deepStrictEqual(await pageByPage(read, `-${field}`, 1000), all.toReversed());
  return all;
}
