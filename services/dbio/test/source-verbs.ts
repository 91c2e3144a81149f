import { expect } from '@jest/globals';
import type { Row } from '@tank/contracts';
import type { Source } from '../src/source.js';

export const TARGET = 'SELECT id, name FROM customer';
export const MAPPING = 'SELECT name FROM customer WHERE id = :id';
export const UPDATE = 'UPDATE customer SET status = :status WHERE id = :id';
/** Several fetches of a Target Query. */
export const ROWS = 2_500;

const never = new AbortController().signal;
export const settled = (...ids: number[]): Row[] => ids.map((id) => ({ id: `C${id}`, status: 'SENT' }));

interface Use {
  /** Fails with whatever makes it impossible. */
  use(source: Source): Promise<unknown>;
  gives: unknown;
}

/** Everything that a source can be asked for, and what it gives of the scripted customers when nothing is wrong. */
export const VERBS = {
  'a connect test': {
    async use(source) {
      const test = await source.connectTest();
      return test.ok ? test : Promise.reject(Object.assign(new Error(test.problem.message), { problem: test.problem }));
    },
    gives: expect.objectContaining({ ok: true }),
  },
  'a check': {
    use: async (source) => (await source.check({ purpose: 'target', sql: TARGET, bindable: [] })).columns.map(({ name }) => name),
    gives: ['ID', 'NAME'],
  },
  'a sample': { use: async (source) => (await source.sample(TARGET, 5)).rows.length, gives: 5 },
  'the first rows of a Target Query': {
    async use(source) {
      for await (const rows of source.streamTarget(TARGET, never)) return rows.length > 0;
      return false;
    },
    gives: true,
  },
  'a whole Target Query': {
    async use(source) {
      let count = 0;
      for await (const rows of source.streamTarget(TARGET, never)) count += rows.length;
      return count;
    },
    gives: ROWS,
  },
  'a look-up': { use: async (source) => (await source.lookUp(MAPPING, { id: 'C1' })).rows, gives: [{ NAME: '고객 1' }] },
  'an update': { use: (source) => source.update(UPDATE, settled(1, 2, 3)), gives: [{ changed: 1 }, { changed: 1 }, { changed: 1 }] },
  'an update of one row': { use: (source) => source.update(UPDATE, settled(1)), gives: [{ changed: 1 }] },
} satisfies Record<string, Use>;
export type Verb = keyof typeof VERBS;
