import type { Page, PageAsked } from '@tank/contracts';

/** What a query of the API asks for. */
export function pageAsked({ limit, after, sort }: { limit: number; after?: string | undefined; sort: PageAsked['sort'] }): PageAsked {
  return { limit, after: after ?? null, sort };
}

/** All items of a list that has hundreds at the most. `read`: a page of as many as one may have. */
export async function allOf<T>(read: (page: { limit: number; after: string | null }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page: Page<T> = await read({ limit: 1000, after });
    items.push(...page.items);
    after = page.next;
  }
  return items;
}
