import { z } from 'zod';
import { API, OPERATION_IDS } from './api.js';
import { connectionInputSchema } from './connection.js';
import type { Operation } from './operation.js';
import { inKorean, says } from './own-words.js';

/** Every message that a schema, or anything in it, has of its own. */
function messagesIn(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof z.ZodObject) return [...ownMessage(value), ...[value.shape, value.def.catchall, value.def.checks].flatMap((part) => messagesIn(part, seen))];
  const isZod = '_zod' in value;
  const inside = isZod ? Object.values((value as z.ZodType)._zod.def) : Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype ? Object.values(value) : [];
  return [...(isZod ? ownMessage(value as z.ZodType) : []), ...inside.flatMap((part) => messagesIn(part, seen))];
}

function ownMessage(schema: z.ZodType): string[] {
  const told = schema._zod.def.error?.({ code: 'custom', input: undefined, path: [] } as never);
  return typeof told === 'string' ? [told] : [];
}

const inputsOf = ({ params, query, headers, body }: Operation) => [params, query, headers, body];

describe('our own sentences in schemas', () => {
  it('are found in whatever a schema is made of', () => {
    const schema = z.object({ a: z.array(z.string().min(1, 'one').regex(/x/, 'two').nullable()).default([]), b: z.union([z.int().refine(() => true, 'three'), z.null()], 'four').optional() });
    expect(messagesIn(schema).toSorted()).toEqual(['four', 'one', 'three', 'two']);
  });

  it('have a Korean twin, wherever people write', () => {
    const messages = new Set(OPERATION_IDS.flatMap((id) => messagesIn(inputsOf(API[id]))));
    expect(messages.size).toBeGreaterThan(12);
    expect([...messages].filter((message) => !/[가-힣]/.test(inKorean(message) ?? ''))).toEqual([]);
  });

  it.each([
    [{ kind: 'postgres', host: 'h' }], [{ kind: 'postgres', connectString: 'x', wallet: 'w', limits: { allowPlSql: true } }], [{ kind: 'oracle' }],
    [{ kind: 'oracle', connectString: 'config-x://y', host: 'h' }], [{ kind: 'oracle', connectString: 'a@b' }], [{ kind: 'oracle', connectString: 'h/s?password=x' }],
  ])('have one for what does not fit together in a connection: %j', (connection) => {
    const { error } = connectionInputSchema.safeParse({ name: 'n', user: 'u', password: 'p', ...connection });
    expect(error?.issues.map(({ message }) => inKorean(message))).toEqual(error?.issues.map(() => expect.stringMatching(/[가-힣]/)));
    expect(error?.issues).not.toEqual([]);
  });

  it('are told apart from what zod says', () => {
    expect(says('Ours.', '우리 문장.')).toBe('Ours.');
    expect([inKorean('Ours.'), inKorean('Invalid input')]).toEqual(['우리 문장.', undefined]);
  });
});
