import { readRemembered, tellVerdict } from './verify-audit.config.js';

describe('npm run audit:verify', () => {
  it('takes an entry to be remembered, or nothing', () => {
    expect(readRemembered([])).toEqual({});
    expect(readRemembered(['--remembered', '12:00112233445566ff'])).toEqual({ remembered: { entryNo: 12, hash: '00112233445566ff' } });
    for (const wrong of [['--remembered', '12'], ['--remembered', 'x:00112233445566ff'], ['--remembered', '12:zz'], ['12'], ['--other', 'x']]) expect(readRemembered(wrong)).toBeUndefined();
  });

  it('says where the trail is broken and how, in both languages', () => {
    const text = tellVerdict({ isWhole: false, entryNo: 7, because: 'missing before' });
    expect(text).toMatch(/entry 7: the entry before it was taken out/);
    expect(text).toMatch(/7번 항목.*삭제/);
    expect(tellVerdict({ isWhole: true, entries: 2, first: 1, last: 2, head: 'ab'.repeat(32) })).toMatch(/whole: 2 entries, 1 to 2/);
  });
});
