import { Refused, templateSchema, TryLater } from '@tank/contracts';
import { PressFiller } from './adapters/press-filler.js';
import { PressWork } from './press/press-work.js';
import { TryTemplate } from './try-template.js';

const work = new PressWork();
const filler = new PressFiller({ do: async (job) => work.do(job) });
const trying = new TryTemplate(filler, filler);
const template = (body: string) => templateSchema.parse({ format: 'pug', subject: '{{ name }}님', body });
const preview = (body: string, values = {}) => trying.preview({ template: template(body), values, businessDate: '2026-11-20T09:00:00' });

describe('trying a template', () => {
  it('shows what a mail would look like', async () => {
    expect(await preview('p #{name}', { NAME: '김민수' })).toEqual({ ok: true, subject: '김민수님', html: '<p>김민수</p>', text: '김민수' });
  });

  it('says why it could not, with the line', async () => {
    expect(await preview('p a\np= name.length')).toEqual({ ok: false, errorCode: 'TEMPLATE_FAILED', detail: expect.stringMatching(/^body, line 2, column 2: A column is a single value/), ko: expect.stringMatching(/^body 2행 2열: 컬럼은/) });
    expect(await preview('p= amount')).toEqual({ ok: false, errorCode: 'TEMPLATE_VALUE_MISSING', detail: 'No value for name, amount.', ko: '값이 없는 컬럼이 있습니다: name, amount.' });
  });

  it('wraps what the parser of pug says in a Korean sentence', async () => {
    expect(await trying.check({ template: template('p\n    a\n  b') })).toMatchObject({ problems: [{ message: expect.stringMatching(/^Inconsistent/), ko: expect.stringMatching(/^pug 문법.*\(Inconsistent/s) }] });
  });

  it('shows the template as it is now, not as it was', async () => {
    await preview('p one', { name: 'n' });
    expect(await preview('p two', { name: 'n' })).toMatchObject({ html: '<p>two</p>' });
  });

  it('tells columns and problems', async () => {
    expect(await trying.check({ template: template('p= amount\nwhile 1\n  p') })).toEqual({
      columns: ['name', 'amount'], problems: [{ field: 'body', line: 2, column: 1, message: expect.stringContaining('"while" is not taken'), ko: expect.stringContaining('쓸 수 없습니다') }],
    });
  });

  it('is refused as unavailable while no template can be filled', async () => {
    const later = new PressFiller({ do: () => Promise.reject(new TryLater('starting', 5000)) });
    await expect(new TryTemplate(later, later).check({ template: template('p') })).rejects.toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    await expect(new TryTemplate(later, later).preview({ template: template('p'), values: {}, businessDate: '2026-11-20T09:00:00' })).rejects.toBeInstanceOf(Refused);
  });
});
