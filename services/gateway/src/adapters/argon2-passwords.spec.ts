import { Argon2Passwords } from './argon2-passwords.js';

const CHEAP = { memory: 64, passes: 1, parallelism: 1 };

describe('a password', () => {
  const passwords = new Argon2Passwords(CHEAP);

  it('is kept as argon2id with its parameters and a salt of its own', async () => {
    const [one, other] = await Promise.all([passwords.hash('a long enough one'), passwords.hash('a long enough one')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(other).not.toBe(one);
    expect([await passwords.check(one, 'a long enough one'), await passwords.check(one, 'a long enough onE')]).toEqual(['right', 'wrong']);
  });

  it('is the same, composed or decomposed', async () => {
    const hash = await passwords.hash('비밀번호는길게'.normalize('NFC'));
    expect(await passwords.check(hash, '비밀번호는길게'.normalize('NFD'))).toBe('right');
  });

  it('is hashed anew when the cost was raised since', async () => {
    const dearer = new Argon2Passwords({ ...CHEAP, passes: 2 });
    const hash = await passwords.hash('a long enough one');
    expect([await dearer.check(hash, 'a long enough one'), await dearer.check(hash, 'another')]).toEqual(['right-but-old', 'wrong']);
    expect(await dearer.check(await dearer.hash('a long enough one'), 'a long enough one')).toBe('right');
  });

  it('of nobody is wrong, whatever it is', async () => {
    expect(await passwords.check(null, '')).toBe('wrong');
  });

  it('of nobody takes as long as one of somebody', async () => {
    const real = new Argon2Passwords({ memory: 16_384, passes: 2, parallelism: 1 });
    const hash = await real.hash('a long enough one');
    const median = async (of: string | null) => {
      const times: number[] = [];
      for (let at = 0; at < 9; at++) {
        const startedAt = performance.now();
        await real.check(of, 'a guess');
        times.push(performance.now() - startedAt);
      }
      return times.sort((one, other) => one - other)[4]!;
    };
    expect(await median(null)).toBeGreaterThan((await median(hash)) / 3);
  });

  it('that fails to be checked lets the next one be checked', async () => {
    await expect(Promise.all([1, 2, 3].map(() => passwords.check('no hash', 'x')))).rejects.toThrow('PHC');
    const many = await Promise.all(Array.from({ length: 20 }, () => passwords.hash('x')));
    expect(new Set(many).size).toBe(20);
  });
});
