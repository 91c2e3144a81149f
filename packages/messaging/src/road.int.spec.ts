import { jetstreamManager } from '@nats-io/jetstream';
import { MESSAGE_VERSION, mailIdOf, stopMail, TryLater, type MailDue, type MailMapped, type Message, type StepName } from '@tank/contracts';
import { uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.js';
import { BatchConsumer, type BatchWork } from './batch-consumer.js';
import { connectBus, type Bus } from './bus.js';
import { Publisher } from './publisher.js';
import { StepConsumer, type Work } from './step-consumer.js';
import { createStreams } from './streams.js';

const RUN = '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10';
const due = (row: number, values: MailDue['values'] = { customer_id: row }): MailDue => ({
  v: MESSAGE_VERSION, type: 'MailDue', mailId: mailIdOf(RUN, row), runId: RUN, row, automationId: RUN, versionId: RUN, dispatch: 1,
  businessDate: '2026-11-20T09:00:00', recipientKey: String(row), values,
});
const mapped = (message: Message): MailMapped => ({ ...(message as MailDue), type: 'MailMapped' });

describe('the road on a real nats-server', () => {
  let bus: Bus;
  let publisher: Publisher;
  const open: { drain(): Promise<void> }[] = [];

  beforeEach(async () => {
    bus = await connectBus(urls().nats, uniquePrefix(), 'test');
    publisher = new Publisher(bus);
    await createStreams(bus);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((consumer) => consumer.drain()));
    const manager = await jetstreamManager(bus.connection);
    for await (const name of manager.streams.names()) if (name.startsWith(bus.streamOf(''))) await manager.streams.delete(name);
    await bus.connection.close();
  });

  const consume = (step: StepName, work: Work, concurrency?: number) => started(new StepConsumer(bus, publisher, step, work, concurrency));
  const consumeBatches = (step: StepName, work: BatchWork, size = 10) => started(new BatchConsumer(bus, publisher, step, work, { size, waitMs: 5 }));
  function started<T extends { start(): void; drain(): Promise<void> }>(consumer: T): T {
    open.push(consumer);
    consumer.start();
    return consumer;
  }
  const left = async (step: StepName) => (await bus.manager.streams.info(bus.streamOf(step))).state.messages;

  it('hands what a step returns to the step that takes it, once, and leaves nothing behind', async () => {
    const arrived: number[] = [];
    consume('map', async (message) => mapped(message));
    consume('attach', async (message) => void arrived.push((message as MailMapped).row));
    await Promise.all(Array.from({ length: 500 }, (_, at) => publisher.publish(due(at + 1))));
    await waitFor(async () => arrived.length >= 500 && (await left('map')) + (await left('attach')) === 0, { what: '500 mails through two steps' });
    expect(arrived.sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
  });

  it('keeps a message in its stream until the next one is stored', async () => {
    let refuse = true;
    class FullAtTimes extends Publisher {
      override publish(message: Message): Promise<void> {
        return refuse && message.type === 'MailMapped' ? Promise.reject(new Error('stream is full')) : super.publish(message);
      }
    }
    publisher = new FullAtTimes(bus);
    let calls = 0;
    consume('map', async (message) => (calls++, mapped(message)));
    await publisher.publish(due(1));
    await waitFor(() => calls >= 1, { what: 'the first try' });
    expect(await left('map')).toBe(1);
    refuse = false;
    await waitFor(async () => (await left('attach')) === 1 && (await left('map')) === 0, { what: 'the second try' });
  });

  it('brings a message back that a handler wants later, without counting it as a defect', async () => {
    let calls = 0;
    consume('map', async (message) => {
      if (++calls <= 5) throw new TryLater('source is busy', 10);
      return mapped(message);
    });
    await publisher.publish(due(1));
    await waitFor(async () => (await left('attach')) === 1, { what: 'the sixth try' });
    expect(await left('log-dead-letter')).toBe(0);
  });

  it('makes a mail that kills its handler a dead letter and lets the sender close it', async () => {
    let calls = 0;
    consume('map', async () => {
      calls++;
      throw new Error('poison');
    });
    const stopped: Message[] = [];
    consume('send', async (message) => void stopped.push(message));
    await publisher.publish(due(7));
    await waitFor(() => stopped.length === 1, { what: 'the mail to be stopped', timeoutMs: 20_000 });
    expect(calls).toBe(3);
    expect(stopped[0]).toMatchObject({ type: 'MailStopped', mailId: mailIdOf(RUN, 7), outcome: 'FAIL', errorCode: 'DEFECT' });
    expect(await left('log-dead-letter')).toBe(1);
  });

  it('keeps bytes that are no message at all as a dead letter', async () => {
    consume('map', async (message) => mapped(message));
    await bus.jetstream.publish(bus.subjectOf('map'), 'not json');
    await waitFor(async () => (await left('log-dead-letter')) === 1 && (await left('map')) === 0, { what: 'the dead letter', timeoutMs: 20_000 });
  });

  it('waits with a message of a newer version', async () => {
    let calls = 0;
    consume('map', async (message) => (calls++, mapped(message)));
    await bus.jetstream.publish(bus.subjectOf('map'), JSON.stringify({ ...due(1), v: 2 }));
    await publisher.publish(due(2));
    await waitFor(async () => (await left('attach')) === 1 && (await left('map')) === 1, { what: 'the readable neighbour' });
    expect(calls).toBe(1);
    expect(await left('log-dead-letter')).toBe(0);
  });

  it('fails a mail whose next message is larger than NATS takes', async () => {
    consume('map', async (message) => ({ ...mapped(message), values: { letter: 'x'.repeat(1_100_000) } }));
    const stopped: Message[] = [];
    consume('send', async (message) => void stopped.push(message));
    await publisher.publish(due(1));
    await waitFor(() => stopped.length === 1, { what: 'the mail to be stopped' });
    expect(stopped[0]).toMatchObject({ errorCode: 'MESSAGE_TOO_LARGE', values: { customer_id: 1 } });
  });

  it('never holds more than its hands, and drains what it holds', async () => {
    let inHand = 0;
    let most = 0;
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const consumer = consume('map', async (message) => {
      most = Math.max(most, ++inHand);
      await gate;
      inHand--;
      return mapped(message);
    }, 4);
    await Promise.all(Array.from({ length: 20 }, (_, at) => publisher.publish(due(at + 1))));
    await waitFor(() => inHand === 4, { what: 'four in hand' });
    const drained = consumer.drain();
    finish();
    await drained;
    expect(most).toBe(4);
    expect(inHand).toBe(0);
    await waitFor(async () => (await left('map')) === 16 && (await left('attach')) === 4, { what: 'the acks of the four' });
  });

  it('drains also when it is told to while it asks for more', async () => {
    let [asking, answer]: (() => void)[] = [];
    const isAsking = new Promise<void>((resolve) => (asking = resolve));
    const isAnswered = new Promise<void>((resolve) => (answer = resolve));
    const real = await bus.jetstream.consumers.get(bus.streamOf('map'), 'map');
    const fetch: typeof real.fetch = async (options) => {
      asking!();
      await isAnswered;
      return real.fetch(options);
    };
    const consumers = { get: async () => ({ fetch }) };
    const consumer = new StepConsumer({ ...bus, jetstream: { consumers } as never }, publisher, 'map', async (message) => mapped(message));
    consumer.start();
    await isAsking;
    const drained = consumer.drain();
    answer!();
    await expect(drained).resolves.toBeUndefined();
  });

  it('gives one message of a batch back and lets its neighbours go on', async () => {
    const sizes: number[] = [];
    let later = 0;
    consumeBatches('log', async (messages) => {
      sizes.push(messages.length);
      return messages.map((message) => {
        const { row, mailId, runId, dispatch, outcome } = message as Message<'MailRecorded'>;
        if (row === 3 && later++ === 0) return new TryLater('row is locked', 20);
        return { v: MESSAGE_VERSION, type: 'MailLogged', mailId, runId, row, dispatch, outcome };
      });
    });
    await Promise.all([1, 2, 3, 4, 5].map((row) => publisher.publish(recorded(row))));
    await waitFor(async () => (await left('complete')) === 5 && (await left('log')) === 0, { what: 'five logged mails' });
    expect(later).toBe(2);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
  });

  it('lets a resolved doubt travel the way the doubt did, at once', async () => {
    for (const outcome of ['IN_DOUBT', 'IN_DOUBT', 'SENT'] as const) await publisher.publish({ ...recorded(1), outcome });
    expect(await left('log')).toBe(2);
  });

  it('goes on when its streams vanish and are made again', async () => {
    consume('map', async (message) => mapped(message));
    await publisher.publish(due(1));
    await waitFor(async () => (await left('attach')) === 1, { what: 'the first mail' });
    await bus.manager.streams.delete(bus.streamOf('map'));
    await createStreams(bus);
    await publisher.publish(due(2));
    await waitFor(async () => (await left('attach')) === 2, { what: 'the mail after the loss', timeoutMs: 30_000 });
  });
});

function recorded(row: number): Message<'MailRecorded'> {
  const stopped = stopMail(due(row), { outcome: 'FAIL', errorCode: 'DEFECT', errorDetail: 'x' });
  return {
    ...stopped, type: 'MailRecorded', outcome: 'SENT', errorCode: null, errorDetail: null, to: null, subject: null, messageId: 'm', sentAt: null,
    settledAt: '2026-11-20T00:00:00.000Z', attempts: 1, updateQueryOk: null, updateError: null,
  };
}
