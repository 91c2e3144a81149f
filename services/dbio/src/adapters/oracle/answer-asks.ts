import type { MessagePort } from 'node:worker_threads';
import { driverError, isOfDriver } from './driver-error.js';
import { keepTimesExact } from './exact-times.js';
import type { OracleAccess } from './oracle-access.js';
import { lookUp, update } from './pooled-work.js';
import { chooseClient } from './session.js';
import { SessionPool, type LogonWatch } from './session-pool.js';
import { SingleSession } from './single-session.js';
import type { AskMessage, Answers, WorkerMessage } from './worker-messages.js';

/** Answers what a source asks of its worker, until the thread is ended. */
export function answerAsks(port: MessagePort, access: OracleAccess): void {
  const desk = new Desk(access);
  port.on('message', ({ id, ask, callMs }: AskMessage) => {
    const post = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
    const watch = new Watch(id, post);
    desk.answer({ id, ask, callMs }, watch).then(
      (answer) => post({ id, answer }, bytesOf(answer)),
      (error: unknown) => post(failure(id, error, watch.isConnecting)),
    );
  });
}

class Desk {
  private readonly pool: SessionPool;
  private readonly single: SingleSession;
  private ready?: Promise<void>;

  constructor(private readonly access: OracleAccess) {
    this.pool = new SessionPool(access);
    this.single = new SingleSession(access);
  }

  async answer({ ask, callMs }: AskMessage, watch: Watch): Promise<Answers[keyof Answers]> {
    await (this.ready ??= this.prepare());
    switch (ask.kind) {
      case 'look-up': return lookUp(this.pool, ask, callMs, watch);
      case 'update': return update(this.pool, ask, callMs, watch);
      case 'cancel': return this.single.cancel();
      case 'leave': return this.single.leave();
      case 'next': return this.single.next(callMs);
      case 'version': return this.single.version(callMs, watch);
      case 'parse': return this.single.parse(ask, callMs, watch);
      case 'sample': return this.single.sample(ask, callMs, watch);
      case 'open': return this.single.open(ask, callMs, watch);
    }
  }

  private async prepare(): Promise<void> {
    chooseClient(this.access);
    if (!this.access.thick) keepTimesExact(this.access.sessionTimeZone);
  }
}

class Watch implements LogonWatch {
  /** A failure now is one of the logon. */
  isConnecting = true;

  constructor(private readonly id: number, private readonly post: (message: WorkerMessage) => void) {}

  connecting(): void {
    this.isConnecting = true;
    this.post({ id: this.id, note: 'connecting' });
  }
  connected(): void {
    this.isConnecting = false;
    this.post({ id: this.id, note: 'connected' });
  }
  warned(warning: Error): void {
    this.post({ id: this.id, note: 'warning', error: driverError(warning) });
  }
}

/** The rows of an answer are handed over, not copied. */
function bytesOf(answer: object): ArrayBuffer[] {
  return 'json' in answer ? [(answer.json as Uint8Array<ArrayBuffer>).buffer] : [];
}

function failure(id: number, error: unknown, isConnecting: boolean): WorkerMessage {
  if (isOfDriver(error)) return { id, error: driverError(error), during: isConnecting ? 'connect' : 'call' };
  const { message, stack } = error as Error;
  return { id, defect: { message, stack } };
}
