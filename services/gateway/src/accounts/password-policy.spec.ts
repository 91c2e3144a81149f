import { passwordFault } from './password-policy.js';

describe('a new password', () => {
  it.each(['twelve chars', 'correct horse battery', '가나다라마바사아자차카타', '🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎', 'admin and twelve more'])('may be "%s"', (password) => {
    expect(passwordFault(password, 'admin')).toBeUndefined();
  });

  it.each(['elevenchars', '', 'admin', 'adminadminadmin', 'ADMIN-1234567', '가나다라마바사아자차카', '🐎🐎🐎🐎🐎🐎'])('may not be "%s", and a sentence says why', (password) => {
    expect(passwordFault(password, 'admin')).toEqual([expect.stringMatching(/at least 12 characters, not counting the name "admin"/), expect.stringContaining('12자 이상')]);
  });
});
