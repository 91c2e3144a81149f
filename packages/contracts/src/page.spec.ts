import { MAIL_PLACE, NUMBER_PLACE, pageOf, placeIn, rowPlaceIn, type Placed } from './page.js';

const ID = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const markOf = (sort: string, place: Placed<string>['place']) => pageOf([{ item: 'a', place }, { item: 'b', place }], { limit: 1, sort }).next!;
const refusal = (ask: () => unknown) => {
  try {
    return ask();
  } catch (error) {
    return (error as { refusal: object }).refusal;
  }
};
const REFUSED = { code: 'INVALID', field: 'after', ko: expect.stringMatching(/[가-힣]/) };

describe('the mark of a page', () => {
  it('is the place of its last item, and needs no escaping in an address', () => {
    const place = ['카드 명세서 ??>>~~', ID];
    const after = markOf('-name', place);
    expect(after).toMatch(/^[\w-]+$/);
    expect(rowPlaceIn({ sort: '-name', after })).toEqual(place);
    expect(rowPlaceIn({ sort: '-name', after: null })).toBeNull();
    expect(rowPlaceIn({ sort: 'createdAt', after: markOf('createdAt', ['2026-11-20T00:00:00.000123Z', ID]) })).toEqual(['2026-11-20T00:00:00.000123Z', ID]);
  });

  it('is refused with another sort than its own, naming both', () => {
    expect(refusal(() => rowPlaceIn({ sort: 'name', after: markOf('-name', ['x', ID]) }))).toMatchObject({ ...REFUSED, message: expect.stringMatching(/"-name".*"name"/) });
  });

  it.each(['', 'nonsense', '%', '12', 'bm9uc2Vuc2U', btoa('["name"]'), btoa('null')])('is refused when it is "%s"', (after) => {
    expect(refusal(() => rowPlaceIn({ sort: 'name', after }))).toMatchObject(REFUSED);
  });

  it.each([
    ['name', ['a\0', ID]], ['name', ['a', 'x']], ['name', [7, ID]], ['createdAt', ['yesterday', ID]], ['createdAt', ['2026-02-30T00:00:00Z', ID]], ['createdAt', ['0000-01-01T00:00:00Z', ID]],
  ])('is refused when it holds what no list sorted by %s has: %j', (sort, place) => {
    expect(refusal(() => rowPlaceIn({ sort, after: markOf(sort, place) }))).toMatchObject(REFUSED);
  });

  it('is refused when it is of a list that is sorted by something else', () => {
    expect(refusal(() => placeIn({ sort: 'row', after: markOf('row', [2 ** 31]) }, NUMBER_PLACE))).toMatchObject(REFUSED);
    expect(refusal(() => placeIn({ sort: 'settledAt', after: markOf('settledAt', [1]) }, MAIL_PLACE))).toMatchObject(REFUSED);
  });
});

describe('a page', () => {
  it('has a next one only where there is more', () => {
    const found = ['a', 'b'].map((item, at): Placed<string> => ({ item, place: [at] }));
    expect(pageOf(found, { limit: 2, sort: 'row' })).toEqual({ items: ['a', 'b'], next: null });
    expect(pageOf(found, { limit: 1, sort: 'row' })).toEqual({ items: ['a'], next: expect.any(String) });
    expect(pageOf([], { limit: 1, sort: 'row' })).toEqual({ items: [], next: null });
  });

  it('has at least one item, however long', () => {
    const { items, next } = pageOf(['가'.repeat(300_000), 'b'].map((item, at): Placed<string> => ({ item, place: [at] })), { limit: 2, sort: 'row' });
    expect([items.length, placeIn({ sort: 'row', after: next }, NUMBER_PLACE)]).toEqual([1, [0]]);
  });
});
