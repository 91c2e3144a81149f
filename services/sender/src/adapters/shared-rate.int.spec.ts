import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSesSimulator, type SesSimulator } from '../../../../embedded/ses-simulator/ses-simulator.ts';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.ts';
import { renderedMail, SenderUnderTest } from '../../test/sender-under-test.js';
import { AccountPoller } from './account-poller.js';
import { openSenderDatabase, type SenderDatabase } from './sender-database.js';
import { createSesClient } from './ses-channel.js';
import { SharedRate } from './shared-rate.js';

describe('the shared rate', () => {
  let database: TestDatabase;
  let db: SenderDatabase;
  let simulator: SesSimulator;
  const open: { close(): Promise<void> }[] = [];
  let accounts = 0;

  beforeAll(async () => {
    database = await createDatabase('rate');
    db = await openSenderDatabase(roleUrl(database, 'sender'), 5);
    simulator = await startSesSimulator();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    simulator.reset();
    simulator.setLimits({ maxSendRate: 1_000, burst: undefined, max24HourSend: 50_000 });
  });
  afterAll(async () => {
    await simulator.close();
    await db.close();
    await database.drop();
  });

  const newAccount = () => `account-${++accounts}`;
  async function rateOf(account: string, settings: { maxPerSecond?: number; max24h?: number } = {}): Promise<SharedRate> {
    const rate = new SharedRate(db, account, { maxPerSecond: settings.maxPerSecond ?? null, max24h: settings.max24h ?? null });
    await rate.open();
    return rate;
  }
  async function take(rate: SharedRate, count: number): Promise<number[]> {
    const started = performance.now();
    return Promise.all(Array.from({ length: count }, async () => {
      expect((await rate.takeSlot()).kind).toBe('slot');
      return performance.now() - started;
    }));
  }
  const pollerOf = (account: string, me: string) =>
    new AccountPoller(db, createSesClient({ region: 'ap-northeast-2', accessKey: 'k', secretKey: 's', endpoint: simulator.url, callTimeoutMs: 1_000, concurrency: 1 }), account, me);

  it('gives two senders one rate between them', async () => {
    const account = newAccount();
    const [a, b] = await Promise.all([rateOf(account, { maxPerSecond: 100 }), rateOf(account, { maxPerSecond: 100 })]);
    const [first, second] = await Promise.all([take(a!, 50), take(b!, 50)]);
    const lastMs = Math.max(...first!, ...second!);
    expect(lastMs).toBeGreaterThan(99 / (100 * 0.95) * 1000 - 30);
    expect(lastMs).toBeLessThan(1_700);
  });

  it('never lets two senders at 20 a second exceed that at SES', async () => {
    simulator.setLimits({ maxSendRate: 20, burst: 2 });
    const account = newAccount();
    const senders = await Promise.all([1, 2].map(() => SenderUnderTest.start({ dbUrl: roleUrl(database, 'sender'), sesUrl: simulator.url, account, maxPerSecond: 20 })));
    open.push(...senders);
    const mails = Array.from({ length: 44 }, () => renderedMail());
    const outcomes = await Promise.all(mails.map((mail, i) => senders[i % 2]!.send(mail)));
    expect(outcomes.flat().map((message) => message.type === 'MailSettled' && message.outcome)).toEqual(mails.map(() => 'SENT'));
    expect(simulator.throttled).toBe(0);
    expect(simulator.mails.peak()).toBeLessThanOrEqual(21);
    expect(simulator.mails.duplicates()).toEqual({});
  });

  it('gives out no slot further ahead than another sender could use', async () => {
    const account = newAccount();
    const [greedy, late] = await Promise.all([rateOf(account, { maxPerSecond: 50 }), rateOf(account, { maxPerSecond: 50 })]);
    const all = take(greedy!, 100);
    await greedy!.takeSlot().then(() => undefined);
    const [waited] = await take(late!, 1);
    expect(waited).toBeLessThan(1_600);
    await all;
  });

  it('stops everybody for a moment after a throttle answer, then goes on slower', async () => {
    const account = newAccount();
    const [a, b] = await Promise.all([rateOf(account, { maxPerSecond: 100 }), rateOf(account, { maxPerSecond: 100 })]);
    await a!.slowDown();
    const times = await take(b!, 20);
    expect(Math.min(...times)).toBeGreaterThan(950);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(19 * 20);
  });

  it('holds mails when the quota of 24 hours is used up, by our own count', async () => {
    const account = newAccount();
    const rate = await rateOf(account, { maxPerSecond: 1_000, max24h: 5 });
    await take(rate, 5);
    expect(await rate.takeSlot()).toMatchObject({ kind: 'held' });
    rate.returnSlot();
    rate.returnSlot();
    await take(rate, 2);
    expect(await rate.takeSlot()).toMatchObject({ kind: 'held' });
    expect(await rate.figures()).toMatchObject({ quota24h: 5, sent24h: 5, isHeld: true });
  });

  it('counts what others sent from the account too', async () => {
    const account = newAccount();
    const rate = await rateOf(account);
    simulator.setLimits({ maxSendRate: 500, max24HourSend: 10 });
    for (let i = 0; i < 8; i += 1) simulator.mails.add({ messageId: String(i), mailId: null, tags: {}, from: null, to: ['x@y.example'], configurationSet: null, acceptedAtMs: Date.now(), bytes: 0, raw: Buffer.alloc(0) });
    expect(await pollerOf(account, '00000000-0000-4000-8000-000000000001').poll()).toBe(true);
    expect(await rate.figures()).toMatchObject({ maxPerSecond: 500, quota24h: 10, sent24h: 8 });
    await take(rate, 2);
    expect(await rate.takeSlot()).toMatchObject({ kind: 'held' });
  });

  it('holds everybody after SES said that the quota is used up', async () => {
    const account = newAccount();
    const [a, b] = await Promise.all([rateOf(account, { maxPerSecond: 100 }), rateOf(account, { maxPerSecond: 100 })]);
    const retryAfterMs = await a!.hold();
    const held = await b!.takeSlot();
    expect(held).toMatchObject({ kind: 'held' });
    expect(held.kind === 'held' && held.retryAfterMs).toBeGreaterThan(retryAfterMs - 5_000);
  });

  it('lets one sender at a time ask GetAccount', async () => {
    const account = newAccount();
    const rate = await rateOf(account);
    const [one, two] = [pollerOf(account, '00000000-0000-4000-8000-000000000001'), pollerOf(account, '00000000-0000-4000-8000-000000000002')];
    const polled = await Promise.all([one.poll(), two.poll()]);
    expect(polled.filter(Boolean)).toHaveLength(1);
    expect((await rate.figures()).maxPerSecond).toBe(1_000);
    await Promise.all([one.close(), two.close()]);
    expect(await two.poll()).toBe(false);
  });

  it('drops a slot that is used too late', async () => {
    const slot = await (await rateOf(newAccount(), { maxPerSecond: 100 })).takeSlot();
    expect(slot.kind === 'slot' && slot.isTooLate()).toBe(false);
    const until = performance.now() + 110;
    while (performance.now() < until); // a busy process, not a wait
    expect(slot.kind === 'slot' && slot.isTooLate()).toBe(true);
  });
});
