import { readFileSync } from 'node:fs';
import { ERROR_CODES, PROBLEM_CODES } from '@tank/contracts';

const page = readFileSync(new URL('../../../docs/what-can-go-wrong.md', import.meta.url), 'utf8');
const sections = page.split(/^### /m).slice(1);
const known = [...new Set<string>([...ERROR_CODES, ...PROBLEM_CODES])];

describe('docs/what-can-go-wrong.md', () => {
  it.each(known)('explains %s once, in both languages, with what to do', (code) => {
    const mine = sections.filter((section) => section.startsWith(`\`${code}\`\n`));
    // INVALID and NOT_FOUND are words of a mail and of the API: one heading for both.
    expect(mine).toHaveLength(1);
    const [, english = '', korean = ''] = /\*\*EN\*\*([\s\S]*)\*\*KO\*\*([\s\S]*)/.exec(mine[0] ?? '') ?? [];
    expect(english.length).toBeGreaterThan(20);
    expect(korean).toMatch(/[가-힣]/);
    expect(korean).toContain('*조치:*');
  });

  it('explains no code that there is not', () => {
    const headings = sections.flatMap((section) => /^`([A-Z_]+)`\n/.exec(section)?.[1] ?? []);
    expect(headings.filter((code) => !known.includes(code))).toEqual([]);
  });
});
