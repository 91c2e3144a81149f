import { userNameSchema } from '@tank/contracts';
import { userNamesFor } from './provider-user-name.js';

const SUBJECT = { issuer: 'https://login.customer.example', subject: 's-1' };

describe('names for a user of the identity provider', () => {
  it('begin with the one that the provider says, then with a suffix that is always the same', () => {
    const names = userNamesFor(SUBJECT, ' Kim.Ops ');
    expect(names).toEqual(['kim.ops', expect.stringMatching(/^kim\.ops-[0-9a-f]{8}$/), expect.stringMatching(/^user-[0-9a-f]{8}$/), expect.stringMatching(/^user-[0-9a-f]{40}$/)]);
    expect(userNamesFor(SUBJECT, 'kim.ops')).toEqual(names);
    expect(userNamesFor({ ...SUBJECT, issuer: 'https://other.example' }, 'kim.ops')[1]).not.toBe(names[1]);
  });

  it.each([undefined, null, 5, '', '<script>', "a'; DROP TABLE", 'a\r\nb', 'x'.repeat(65), ['kim']])('are made where %j is none', (wished) => {
    expect(userNamesFor(SUBJECT, wished)[0]).toMatch(/^user-[0-9a-f]{8}$/);
  });

  it('are always names', () => {
    for (const name of userNamesFor(SUBJECT, '가'.repeat(64))) expect(userNameSchema.parse(name)).toBe(name);
  });
});
