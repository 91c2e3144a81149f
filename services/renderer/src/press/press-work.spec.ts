import { templateSchema } from '@tank/contracts';
import { PressWork } from './press-work.js';
import type { PressJob } from './press-jobs.js';

const template = (body: string, format: 'html' | 'pug' = 'html') => templateSchema.parse({ format, subject: 's {{ a }}', body, text: 't' });
const fill = (key: string | null, given: ReturnType<typeof template> | null, row = {}): PressJob => ({ kind: 'fill', key, template: given, row, businessDate: '2026-11-20T09:00:00' });

describe('the work of the press', () => {
  it('asks for a template it does not know and remembers it by its key', () => {
    const work = new PressWork();
    expect(work.do(fill('v1', null, { a: 1 }))).toEqual({ kind: 'needs-template' });
    expect(work.do(fill('v1', template('{{ a }}'), { a: 1 }))).toEqual({ kind: 'filled', subject: 's 1', html: '1', text: 't' });
    expect(work.do(fill('v1', null, { a: 2 }))).toMatchObject({ kind: 'filled', html: '2' });
    expect(work.do(fill('v2', null, { a: 2 }))).toEqual({ kind: 'needs-template' });
  });

  it('never mixes up two templates, and remembers none without a key', () => {
    const work = new PressWork();
    work.do(fill('v1', template('one {{ a }}'), { a: 1 }));
    work.do(fill('v2', template('two {{ a }}'), { a: 1 }));
    expect(work.do(fill(null, template('three {{ a }}'), { a: 1 }))).toMatchObject({ html: 'three 1' });
    expect(work.do(fill('v1', null, { a: 2 }))).toMatchObject({ html: 'one 2' });
    expect(work.do(fill('v2', null, { a: 3 }))).toMatchObject({ html: 'two 3' });
  });

  it('forgets the template that was not used for longest', () => {
    const work = new PressWork();
    for (let version = 0; version < 50; version++) work.do(fill(`v${version}`, template('x'), { a: 1 }));
    work.do(fill('v0', null, { a: 1 }));
    work.do(fill('v50', template('x'), { a: 1 }));
    expect(work.do(fill('v0', null, { a: 1 })).kind).toBe('filled');
    expect(work.do(fill('v1', null, { a: 1 })).kind).toBe('needs-template');
  });

  it('keeps nothing of one mail for the next, a failed one included', () => {
    const work = new PressWork();
    const pug = template('if b\n  p= b\np= default(c, "-")', 'pug');
    expect(work.do(fill('p', pug, { a: 1, b: 'secret', c: 'secret' }))).toMatchObject({ html: '<p>secret</p><p>secret</p>' });
    expect(work.do(fill('p', null, { a: 1, c: 'secret' }))).toMatchObject({ kind: 'failed', code: 'TEMPLATE_VALUE_MISSING', detail: ['No value for b.', '값이 없는 컬럼이 있습니다: b.'] });
    expect(work.do(fill('p', null, { a: 1, b: null }))).toMatchObject({ html: '<p>-</p>' });
  });

  it('says of a broken template that it is the template', () => {
    const work = new PressWork();
    expect(work.do(fill('v', template('<p>\n{{ a', 'html'), { a: 1 }))).toEqual({
      kind: 'failed', code: 'TEMPLATE_FAILED', isTemplateBroken: true, detail: ['body, line 2, column 1: A "{{" is not closed: write "{{ column }}".', 'body 2행 1열: "{{"가 닫히지 않았습니다. "{{ 컬럼 }}"처럼 쓰세요.'],
    });
    expect(work.do(fill('v', null, {}))).toMatchObject({ isTemplateBroken: true });
    expect(work.do(fill('w', template('{{ a | won }}'), { a: 'x' }))).toMatchObject({ isTemplateBroken: false });
  });

  it('answers a check with columns and problems', () => {
    expect(new PressWork().do({ kind: 'check', template: template('p= b.c', 'pug') })).toMatchObject({ kind: 'checked', columns: ['a'], problems: [{ field: 'body', line: 1 }] });
  });

  it('answers also when something goes wrong that nobody foresaw, without the value that did it', () => {
    const answer = new PressWork().do({ kind: 'fill', key: null, template: template('{{ a }}'), row: { a: { toString: () => { throw new TypeError('secret value'); } } as unknown as string }, businessDate: 'x' });
    expect(answer).toMatchObject({ kind: 'defect', detail: expect.stringMatching(/^TypeError at /) });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
