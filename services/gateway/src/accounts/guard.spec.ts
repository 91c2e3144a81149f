import type { Role } from '@tank/contracts';
import * as sample from '../test/samples.js';
import type { Caller } from './account.js';
import { Guard } from './guard.js';

const TOKEN = 'Bearer a.b.c';

describe('the guard', () => {
  let nowMs = 0;
  let asked = 0;
  let caller: Caller | undefined | Error;
  const bearer = { userId: sample.USER, sessionId: sample.SESSION };
  const person = { ...bearer, name: 'kim', groups: [] };
  const sessions = {
    callerOf: async () => {
      asked++;
      if (caller instanceof Error) throw caller;
      return caller;
    },
    holderOf: async () => (caller instanceof Error ? undefined : caller),
  };
  let secondFactorFor: Role[] = [];
  const settings = { current: async () => ({ secondFactorFor }) };
  let guard: Guard;
  beforeEach(() => {
    asked = 0;
    caller = { ...person, role: 'operator', mustChangePassword: false, lacksSecondFactor: false };
    guard = new Guard({ read: async () => bearer }, sessions, settings, () => nowMs);
  });
  const codeOf = (admitted: Promise<unknown>) => admitted.then(() => 'in', (error) => error.parts?.code ?? error.message);

  it('asks for a session at most every two seconds, however many calls come', async () => {
    await Promise.all(Array.from({ length: 5 }, () => guard.admit('listRuns', TOKEN)));
    nowMs += 1_999;
    await guard.admit('listRuns', TOKEN);
    expect(asked).toBe(1);
    nowMs += 1;
    await guard.admit('listRuns', TOKEN);
    expect(asked).toBe(2);
  });

  it('knows at once what was changed here', async () => {
    await guard.admit('listRuns', TOKEN);
    caller = undefined;
    guard.forget();
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('UNAUTHENTICATED');
  });

  it('looks again at who looks on without counting it as a use, and gives nobody that answer', async () => {
    const admitted = (await guard.admit('watchRun', TOKEN))!;
    nowMs += 15_000;
    expect([await guard.admitAgain('watchRun', admitted), asked]).toEqual([admitted, 1]);
    await guard.admit('watchRun', TOKEN);
    expect(asked).toBe(2);
    caller = undefined;
    expect(await guard.admitAgain('watchRun', admitted)).toBeUndefined();
  });

  it('asks again after a no, and after a database that was away', async () => {
    caller = { ...person, role: 'operator', mustChangePassword: true, lacksSecondFactor: false };
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('PASSWORD_CHANGE_REQUIRED');
    caller = new Error('away');
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('away');
    caller = undefined;
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('UNAUTHENTICATED');
    caller = { ...person, role: 'viewer', mustChangePassword: false, lacksSecondFactor: false };
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('in');
  });

  it('lets a role that needs a second factor do nothing but set one up, and asks again until it is there', async () => {
    secondFactorFor = ['operator'];
    caller = { ...person, role: 'operator', mustChangePassword: false, lacksSecondFactor: true };
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('SECOND_FACTOR_SETUP_REQUIRED');
    expect(await codeOf(guard.admit('confirmSecondFactor', TOKEN))).toBe('in');
    caller = { ...caller, lacksSecondFactor: false };
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('in');
    guard.forget();
    caller = { ...caller, role: 'viewer', lacksSecondFactor: true };
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('in');
  });

  it("refuses a token whose session is somebody else's", async () => {
    caller = { ...person, userId: sample.RUN, role: 'administrator', mustChangePassword: false, lacksSecondFactor: false };
    expect(await codeOf(guard.admit('listRuns', TOKEN))).toBe('UNAUTHENTICATED');
  });

  it('asks nobody for what is public', async () => {
    expect(await guard.admit('getHealth', 'nonsense')).toBeUndefined();
    expect(asked).toBe(0);
  });
});
