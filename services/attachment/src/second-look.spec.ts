import { SecondLook } from './second-look.js';

describe('a second look', () => {
  let now = 0;
  const look = () => new SecondLook({ settleMs: 1000, forgetMs: 60_000, maxLooks: 2, now: () => now });
  beforeEach(() => (now = 0));

  it('settles what stayed the same for long enough', () => {
    const looks = look();
    expect(looks.see('a', 's')).toEqual({ isSettled: false, hasChanged: false, retryAfterMs: 1000 });
    now = 400;
    expect(looks.see('a', 's')).toEqual({ isSettled: false, hasChanged: false, retryAfterMs: 600 });
    now = 1000;
    expect(looks.see('a', 's')).toEqual({ isSettled: true });
  });

  it('sees a change, and starts again from there', () => {
    const looks = look();
    looks.see('a', 's');
    now = 1000;
    expect(looks.see('a', 't')).toEqual({ isSettled: false, hasChanged: true, retryAfterMs: 1000 });
    now = 2000;
    expect(looks.see('a', 't')).toEqual({ isSettled: true });
  });

  it('takes a look of long ago for none', () => {
    const looks = look();
    looks.see('a', 's');
    now = 60_001;
    expect(looks.see('a', 't')).toMatchObject({ hasChanged: false });
  });

  it('remembers no more than it may', () => {
    const looks = look();
    for (const path of ['a', 'b', 'c']) looks.see(path, 's');
    now = 1000;
    expect(looks.see('a', 's')).toMatchObject({ isSettled: false });
    expect(looks.see('c', 's')).toEqual({ isSettled: true });
  });
});
