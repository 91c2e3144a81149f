import { automationDefinitionSchema } from '@tank/contracts';
import { differencesOf } from './version-differences.js';

const definition = (over: object = {}) => automationDefinitionSchema.parse({
  target: { sql: 'SELECT 1', checkedAt: '2026-11-20T00:00:00.000Z', columns: [] },
  template: { format: 'html', subject: '안내', body: '<p>1</p>', defaults: { name: '고객' } },
  fileRules: [{ name: '명세서', file: 'a.pdf' }, { name: '약관', file: 'b.pdf', common: true }],
  ...over,
});
const between = (after: object, before: object = {}) => differencesOf(definition(before), definition(after));

describe('the differences of two versions', () => {
  it('are none of the same', () => expect(between({})).toEqual([]));

  it('are told by path, with both values', () => {
    expect(between({ priority: 9, template: { format: 'html', subject: '안내', body: '<p>2</p>', defaults: { name: '고객', due: '내일' } } })).toEqual([
      { path: 'template.body', before: '<p>1</p>', after: '<p>2</p>' }, { path: 'template.defaults.due', before: null, after: '내일' }, { path: 'priority', before: 5, after: 9 },
    ]);
  });

  it('do not count when a query was checked and what it gives', () => {
    expect(between({ target: { sql: 'SELECT 1', checkedAt: null, columns: [{ name: 'a', type: 'NUMBER' }] } })).toEqual([]);
    expect(between({ target: { sql: 'SELECT 2' } })).toEqual([{ path: 'target.sql', before: 'SELECT 1', after: 'SELECT 2' }]);
  });

  it('tell a query or a template that came or went as a whole', () => {
    expect(between({ template: null })).toEqual([expect.objectContaining({ path: 'template', after: null })]);
    expect(between({ mapping: { sql: 'SELECT 3' } })).toEqual([expect.objectContaining({ path: 'mapping', before: null, after: expect.objectContaining({ sql: 'SELECT 3' }) })]);
  });

  it('know file rules by their names, and their order', () => {
    const [first, second] = definition().fileRules;
    expect(between({ fileRules: [{ ...first!, file: 'c.pdf' }, second!] })).toEqual([{ path: 'fileRules[명세서].file', before: 'a.pdf', after: 'c.pdf' }]);
    expect(between({ fileRules: [second!] })).toEqual([{ path: 'fileRules[명세서]', before: expect.objectContaining({ file: 'a.pdf' }), after: null }]);
    expect(between({ fileRules: [second!, first!] })).toEqual([{ path: 'fileRules', before: ['명세서', '약관'], after: ['약관', '명세서'] }]);
    expect(between({ fileRules: [first!, second!, { name: '약관', file: 'd.pdf' }] })).toEqual([{ path: 'fileRules[약관 2]', before: null, after: expect.objectContaining({ file: 'd.pdf' }) }]);
  });
});
