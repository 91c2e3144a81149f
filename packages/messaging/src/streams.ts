import { setTimeout as pause } from 'node:timers/promises';
import { AckPolicy, DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { STEP_NAMES, type StepName } from '@tank/contracts';
import { createLog } from '@tank/telemetry';
import type { Bus } from './bus.js';

/** Longest silence of a handler before its message is given to another; handlers at work say so every third of it. */
export const ACK_WAIT_MS = 30_000;

const STREAM_NAME_IN_USE = 10058;
const SUBJECTS_OVERLAP = 10065;
/**
 * nats-server 2.9.10 lets others see a stream that is still being made. Of a scheduler that makes the same one at that moment
 * it says that its subjects overlap (with themselves), that the stream cannot be created, or that it takes no consumer.
 */
const MAYBE_HALF_MADE = [SUBJECTS_OVERLAP, 10049, 10012];
const LOOKS = 20;
const LOOK_AGAIN_MS = 50;
const CREATE_AGAIN_MS = 1_000;
const log = createLog('messaging');

/** Creates the streams, and again whenever a NATS comes back: everything in it may be thrown away at any time. Only the scheduler calls this. */
export async function keepStreams(bus: Bus): Promise<void> {
  await createStreams(bus);
  void (async () => {
    for await (const status of bus.connection.status()) if (status.type === 'reconnect') await createStreamsAtLast(bus);
  })();
}

/** Nothing moves without them and nobody else makes them: one try is not enough with a NATS that has just come back. */
async function createStreamsAtLast(bus: Bus): Promise<void> {
  while (!bus.connection.isClosed() && !bus.connection.isDraining()) {
    try {
      return await createStreams(bus);
    } catch (error) {
      log.error('streams.create', error);
      await pause(CREATE_AGAIN_MS);
    }
  }
}

/**
 * Creates, or brings up to date, one work-queue stream and one durable pull consumer per step. Several schedulers may do
 * so at once. @throws when a stream of somebody else takes one of the subjects, naming it.
 */
export async function createStreams(bus: Bus): Promise<void> {
  for (const step of STEP_NAMES) await createOf(bus, step);
}

async function createOf(bus: Bus, step: StepName): Promise<void> {
  for (let looks = 1; ; looks += 1) {
    try {
      await createStream(bus, step);
      await createConsumer(bus, step);
      return;
    } catch (error) {
      const isRace = MAYBE_HALF_MADE.some((code) => isRefusal(error, code)) && looks < LOOKS;
      if (!isRace) throw isRefusal(error, SUBJECTS_OVERLAP) ? await subjectTaken(bus, step, error) : error;
      await pause(LOOK_AGAIN_MS);
    }
  }
}

/** Waits until the scheduler has created the streams and consumers of these steps. */
export async function waitForStreams(bus: Bus, steps: StepName[], isClosing: () => boolean = () => false): Promise<void> {
  for (const step of steps) {
    while (!isClosing() && !(await hasConsumer(bus, step))) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function createStream(bus: Bus, step: StepName): Promise<void> {
  const config = {
    name: bus.streamOf(step),
    subjects: [bus.subjectOf(step)],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    // A full stream refuses, and the publisher tries later; nothing is ever pushed out.
    discard: DiscardPolicy.New,
    // The scheduler's window keeps queues far below this. No limit in bytes: the server would set that much disk aside.
    max_msgs: 20_000,
    max_age: 0,
    duplicate_window: nanos(120_000),
  };
  try {
    await bus.manager.streams.add(config);
  } catch (error) {
    if (!isRefusal(error, STREAM_NAME_IN_USE)) throw error;
    // There already, with the settings of another version of Tank.
    await bus.manager.streams.update(config.name, config);
  }
}

async function createConsumer(bus: Bus, step: StepName): Promise<void> {
  await bus.manager.consumers.add(bus.streamOf(step), {
    durable_name: step,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_deliver: -1,
    max_ack_pending: 10_000,
  });
}

async function subjectTaken(bus: Bus, step: StepName, cause: unknown): Promise<Error> {
  const subject = bus.subjectOf(step);
  const owners: string[] = [];
  for await (const owner of bus.manager.streams.names(subject)) owners.push(`"${owner}"`);
  const message =
    `The stream "${bus.streamOf(step)}" cannot be created on NATS: its subject "${subject}" belongs to the stream ${owners.join(', ') || 'of another'} already. ` +
    'Take the subject out of that stream or remove it, or give this installation a NATS_PREFIX of its own.';
  return new Error(message, { cause });
}

function isRefusal(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

async function hasConsumer(bus: Bus, step: StepName): Promise<boolean> {
  try {
    await bus.manager.consumers.info(bus.streamOf(step), step);
    return true;
  } catch {
    // Not created yet, or NATS is away: both are waited for.
    return false;
  }
}
