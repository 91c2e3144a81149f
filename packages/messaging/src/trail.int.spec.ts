import { setTimeout as pause } from 'node:timers/promises';
import { headers } from '@nats-io/transport-node';
import { giveBack, MESSAGE_VERSION, mailIdOf, readTrail, stopMail, TryLater, type Mail, type MailDue, type MailRendered, type MailSettled, type MailStopped, type Message, type StepName } from '@tank/contracts';
import { uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.js';
import { BatchConsumer, type BatchWork } from './batch-consumer.js';
import { connectBus, type Bus } from './bus.js';
import { Publisher } from './publisher.js';
import { StepConsumer, type Work } from './step-consumer.js';
import { createStreams } from './streams.js';
import { TRAIL } from './trail.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const due = (row: number, dispatch = 1): MailDue => ({
  v: MESSAGE_VERSION, type: 'MailDue', mailId: mailIdOf(RUN, row), runId: RUN, row, automationId: RUN, versionId: RUN, dispatch,
  businessDate: '2026-11-20T09:00:00', recipientKey: 'kim@customer.example', values: { name: '김철수' },
});
const settled = (mail: MailRendered | MailStopped): MailSettled => ({
  ...mail, type: 'MailSettled', outcome: 'SENT', errorCode: null, errorDetail: null, ...(mail.type === 'MailStopped' && { outcome: mail.outcome, errorCode: mail.errorCode }),
  to: null, subject: null, messageId: null, sentAt: null, settledAt: '2026-11-20T00:00:00.000Z', attempts: 1,
});
const stopped = (mail: Message) => stopMail(mail as Mail, { outcome: 'SKIPPED', errorCode: 'NOT_FOUND', errorDetail: 'x' });

/** What each step does with a mail, unless a test says otherwise. */
const WORK: Record<'map' | 'attach' | 'render' | 'send', Work> = {
  map: async (mail) => ({ ...(mail as MailDue), type: 'MailMapped' }),
  attach: async (mail) => ({ ...(mail as MailDue), type: 'MailAttached', files: [], attachmentChecks: [] }),
  render: async (mail) => ({ ...(mail as Message<'MailAttached'>), type: 'MailRendered', to: { address: 'kim@customer.example' }, subject: 's', html: 'h', text: 't', templateCheck: null }),
  send: async (mail) => settled(mail as MailRendered),
};

describe('the trail of a mail over the hops of a real nats-server', () => {
  let bus: Bus;
  let publisher: Publisher;
  const open: { drain(): Promise<void> }[] = [];
  /** What the log was told, by row. */
  const logged = new Map<number, string>();

  beforeEach(async () => {
    bus = await connectBus(urls().nats, uniquePrefix(), 'test');
    publisher = new Publisher(bus);
    await createStreams(bus);
    logged.clear();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((consumer) => consumer.drain()));
    for await (const name of bus.manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await bus.manager.streams.delete(name);
    await bus.connection.close();
  });

  function road(work: Partial<typeof WORK> = {}, update: (mail: MailSettled) => 'Y' | 'N' = () => 'Y'): void {
    const updates: BatchWork = async (mails) => mails.map((mail) => ({ ...(mail as MailSettled), type: 'MailRecorded', updateQueryOk: update(mail as MailSettled), updateError: null }));
    const logs: BatchWork = async (mails, { trails }) => mails.map((mail, at) => void logged.set((mail as Mail).row, trails[at]!));
    open.push(
      ...Object.entries({ ...WORK, ...work }).map(([step, handle]) => new StepConsumer(bus, publisher, step as StepName, handle)),
      new BatchConsumer(bus, publisher, 'update', updates, { size: 10, waitMs: 5 }),
      new BatchConsumer(bus, publisher, 'log', logs, { size: 10, waitMs: 5 }),
    );
    for (const consumer of open) (consumer as StepConsumer).start();
  }
  const trailOf = async (row: number) => readTrail(await waitFor(() => (logged.has(row) ? [logged.get(row)!] : undefined), { what: `the log of row ${row}`, timeoutMs: 20_000 }).then(([trail]) => trail));
  const namesOf = async (row: number) => (await trailOf(row)).map(({ step, note, tries }) => [step, note, tries]);

  it('has every step in order, with its time and its work', async () => {
    road({ render: async (mail) => { await pause(20); return WORK.render(mail); } });
    const before = Date.now();
    await Promise.all(Array.from({ length: 30 }, (_, at) => publisher.publish(due(at + 1))));
    for (let row = 1; row <= 30; row += 1) {
      const steps = await trailOf(row);
      expect(steps.map(({ step }) => step)).toEqual(['dispatch', 'map', 'attach', 'render', 'send', 'update', 'log']);
      const times = [before, ...steps.map(({ at }) => Date.parse(at)), Date.now()];
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(steps[3]!.durationMs).toBeGreaterThanOrEqual(19);
      expect(steps.map(({ durationMs }) => durationMs === null)).toEqual([true, false, false, false, false, false, true]);
    }
    expect([...logged.values()].join()).not.toMatch(/kim|김|@/);
  });

  it('leaves out the steps that a stopped mail went past, and notes why it was stopped where it was', async () => {
    road({ attach: async (mail) => stopped(mail) }, () => 'N');
    await publisher.publish(due(1));
    expect(await namesOf(1)).toEqual([['dispatch', null, 1], ['map', null, 1], ['attach', 'NOT_FOUND', 1], ['send', null, 1], ['update', 'NOT_WRITTEN_BACK', 1], ['log', null, 1]]);
    await publisher.publish(stopMail(due(2, 3), { outcome: 'SKIPPED', errorCode: 'RECIPIENT_KEY_DUPLICATED', errorDetail: 'x' }));
    expect((await namesOf(2)).slice(0, 2)).toEqual([['dispatch', 'RECIPIENT_KEY_DUPLICATED', 3], ['send', null, 1]]);
  });

  it('counts how often a step was begun, whatever it ended in', async () => {
    let [mapped, attached, rendered] = [0, 0, 0];
    road({
      map: async (mail) => { if (++mapped < 4) throw new TryLater('busy', 5); return WORK.map(mail); },
      attach: async (mail) => { if (++attached < 3) throw new Error('a defect'); return WORK.attach(mail); },
      render: async () => { rendered += 1; throw new Error('always'); },
    });
    await publisher.publish(due(1, 2));
    expect(await namesOf(1)).toEqual([['dispatch', null, 2], ['map', null, 4], ['attach', null, 3], ['render', 'DEFECT', 3], ['send', null, 1], ['update', null, 1], ['log', null, 1]]);
    expect([mapped, attached, rendered]).toEqual([4, 3, 3]);
  }, 30_000);

  it('has a settlement beside the road where that is where the way began', async () => {
    road();
    await publisher.publish({ ...settled(stopped(due(1)) as MailStopped), outcome: 'SENT', errorCode: null });
    expect((await trailOf(1)).slice(0, 2)).toMatchObject([{ step: 'settle', at: '2026-11-20T00:00:00.000Z', durationMs: null, note: null }, { step: 'update' }]);
  });

  it.each([['is missing', undefined], ['is garbage', 'map;,;x'], ['is far too long', `dispatch,1763596800000,,1,;${'map,1763596800000,,1,;'.repeat(140)}`]])('is in no mail\'s way, and stays empty, where it %s', async (_, trail) => {
    road();
    const carried = headers();
    if (trail !== undefined) carried.set(TRAIL, trail);
    await publisher.store('map', new TextEncoder().encode(JSON.stringify(due(1))), carried);
    expect(await trailOf(1)).toEqual([]);
  });

  it('goes with the mail and with nothing else', async () => {
    open.push(new StepConsumer(bus, publisher, 'map', async (mail) => giveBack(mail as MailDue, { reasonCode: 'X', reason: 'x', retryAfterMs: 1 })));
    (open[0] as StepConsumer).start();
    await publisher.publish(due(1));
    const given = await waitFor(async () => (await bus.manager.streams.getMessage(bus.streamOf('give-back'), { last_by_subj: bus.subjectOf('give-back') })) ?? undefined, { what: 'the row to be given back' });
    expect(given.header.has(TRAIL)).toBe(false);
  });
});
