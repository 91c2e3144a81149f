import { z } from 'zod';
import { createAutomationBody, templateBody } from './api-schemas.js';
import { strictly } from './strict-body.js';

describe('strictly', () => {
  const lenient = z.object({ rules: z.array(z.object({ name: z.string(), onMissing: z.string().default('skip') })).default([]), at: z.object({ x: z.int() }).nullable().optional() });
  const keysOf = (error: z.ZodError | undefined) => error?.issues.map((issue) => [issue.path.join('.'), issue.code === 'unrecognized_keys' ? issue.keys : issue.code]);

  it('refuses unknown fields at every depth, all at once', () => {
    const { error } = strictly(lenient).safeParse({ rules: [{ name: 'a', onMising: 'stop' }], at: { x: 1, y: 2 }, rulez: [] });
    expect(keysOf(error)).toEqual([['rules.0', ['onMising']], ['at', ['y']], ['', ['rulez']]]);
  });

  it('keeps defaults, checks and the schema it was given', () => {
    expect(strictly(lenient).parse({ rules: [{ name: 'a' }] })).toEqual({ rules: [{ name: 'a', onMissing: 'skip' }] });
    expect(strictly(lenient).parse({}).rules).not.toBe(strictly(lenient).parse({}).rules);
    expect(lenient.parse({ other: 1 })).toEqual({ rules: [] });
    expect(templateBody.safeParse({ format: 'html', subject: ' ', body: 'x' }).success).toBe(false);
  });

  it('guards the file rules of an automation', () => {
    const rule = { name: 'statement', file: '{{id}}.pdf', onMising: 'stop' };
    expect(keysOf(createAutomationBody.safeParse({ name: 'x', fileRules: [rule] }).error)).toEqual([['fileRules.0', ['onMising']]]);
  });
});
