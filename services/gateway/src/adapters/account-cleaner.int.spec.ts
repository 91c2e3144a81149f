import { ServedAccounts, SESSION_KEY } from '../test/served-accounts.js';
import { AccountCleaner } from './account-cleaner.js';
import { openAudit } from './open-records.js';

describe('what is over', () => {
  let served: ServedAccounts;
  beforeAll(async () => {
    served = await ServedAccounts.start();
  });
  afterAll(() => served.stop());
  const rows = async (table: string) => (await served.sql(`SELECT FROM ${table}`)).length;

  it('goes a day later, and what is not stays', async () => {
    const [kept, ended, expired] = [await served.signIn(), await served.signIn(), await served.signIn()];
    await served.api.call('signIn', '/api/session', { body: { name: 'nobody', password: 'x' } });
    const idOf = async (person: typeof kept) => (await person.call('getSession', '/api/session')).body.session.sessionId as string;
    await served.sql("UPDATE user_session SET ended_at = now() - interval '25 hours' WHERE session_id = $1", [await idOf(ended)]);
    await served.sql("UPDATE user_session SET expires_at = now() - interval '25 hours' WHERE session_id = $1", [await idOf(expired)]);
    const cleaner = new AccountCleaner(served.db, openAudit(served.db, SESSION_KEY), 30);
    expect(await cleaner.clean()).toBe(2);
    expect([await rows('user_session'), await rows('refresh_token'), await rows('sign_in_attempt'), await rows('wrong_password')]).toEqual([1, 1, 4, 1]);
    await served.sql("UPDATE sign_in_attempt SET at = now() - interval '16 minutes'");
    await served.sql("UPDATE wrong_password SET last_at = now() - interval '25 hours'");
    expect(await cleaner.clean()).toBe(5);
    expect((await kept.call('getSession', '/api/session')).status).toBe(200);
  });
});
