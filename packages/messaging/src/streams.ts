import { AckPolicy, DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { STEP_NAMES, type StepName } from '@tank/contracts';
import type { Bus } from './bus.js';

/** Longest silence of a handler before its message is given to another; handlers at work say so every third of it. */
export const ACK_WAIT_MS = 30_000;

const STREAM_NAME_IN_USE = 10058;

/**
 * Creates, or brings up to date, one work-queue stream and one durable pull consumer per step. Only the scheduler calls
 * this: also after a reconnect, since everything in NATS may be thrown away at any time.
 */
export async function createStreams(bus: Bus): Promise<void> {
  for (const step of STEP_NAMES) {
    await createStream(bus, step);
    await bus.manager.consumers.add(bus.streamOf(step), {
      durable_name: step,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      max_deliver: -1,
      max_ack_pending: 10_000,
    });
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
    if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NAME_IN_USE) throw error;
    // There already, with the settings of another version of Tank.
    await bus.manager.streams.update(config.name, config);
  }
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
