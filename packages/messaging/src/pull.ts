import type { Consumer, JsMsg } from '@nats-io/jetstream';
import type { StepName } from '@tank/contracts';
import { createLog } from '@tank/telemetry';
import type { Bus } from './bus.js';
import { ACK_WAIT_MS, waitForStreams } from './streams.js';

const PULL_EXPIRES_MS = 10_000;
const log = createLog('messaging');

/**
 * Pulls messages of one step, never more than there are free hands: a replica holds no message it is not working on, so
 * a slow one starves nobody. Survives a NATS that goes away, or comes back empty.
 */
export class Pull {
  private readonly inHand = new Set<JsMsg>();
  private heartbeat?: NodeJS.Timeout;
  private waiting?: { close(): Promise<unknown> };
  private wake: () => void = () => undefined;
  private isClosing = false;
  private running?: Promise<void>;

  constructor(
    private readonly bus: Bus,
    private readonly step: StepName,
    /** Messages in hand at the same time. */
    private readonly hands: number,
    /** Called for each message; `done` is called when it is settled. */
    private readonly take: (message: JsMsg, done: () => void) => void,
  ) {}

  start(): void {
    this.heartbeat = setInterval(() => this.inHand.forEach((message) => message.working()), ACK_WAIT_MS / 3);
    this.running = this.run();
  }

  /** Takes nothing more, and waits until what is in hand is settled. */
  async drain(): Promise<void> {
    this.isClosing = true;
    this.wake();
    await this.waiting?.close();
    await this.running;
    while (this.inHand.size > 0) await this.handsFreed();
    clearInterval(this.heartbeat);
  }

  private async run(): Promise<void> {
    while (!this.isClosing) {
      try {
        const consumer = await this.bus.jetstream.consumers.get(this.bus.streamOf(this.step), this.step);
        while (!this.isClosing) await this.pullOnce(consumer);
      } catch (error) {
        if (this.isClosing) return;
        log.warn('pull.interrupted', { step: this.step, reason: (error as Error).message });
        await new Promise((resolve) => setTimeout(resolve, 500));
        await waitForStreams(this.bus, [this.step], () => this.isClosing);
      }
    }
  }

  private async pullOnce(consumer: Consumer): Promise<void> {
    const free = this.hands - this.inHand.size;
    if (free <= 0) return this.handsFreed();
    const messages = await consumer.fetch({ max_messages: free, expires: PULL_EXPIRES_MS });
    this.waiting = messages;
    // Not awaited: it is closed only when it is read to its end.
    if (this.isClosing) void messages.close();
    for await (const message of messages) {
      this.inHand.add(message);
      this.take(message, () => this.release(message));
    }
  }

  private release(message: JsMsg): void {
    this.inHand.delete(message);
    this.wake();
  }

  private handsFreed(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}
