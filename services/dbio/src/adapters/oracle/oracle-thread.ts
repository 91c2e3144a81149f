import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { OracleAccess } from './oracle-access.js';
import type { DriverError } from './oracle-problems.js';
import type { AnswerTo, Ask, AskMessage, Fetched, GroupMessage, LookUp, WorkerMessage } from './worker-messages.js';

/** The driver's error, as the worker told of it. */
export class DriverFailed extends Error {
  constructor(readonly error: DriverError, readonly during: 'connect' | 'call') {
    super(error.message);
    this.name = 'DriverFailed';
  }
}
/** The worker did not answer in time and was ended, with everything that was under way in it. */
export class DeadlinePassed extends Error {
  constructor(readonly afterMs: number, readonly during: 'connect' | 'call') {
    super(`No answer within ${afterMs} ms.`);
    this.name = 'DeadlinePassed';
  }
}
/** Ended for another ask's sake, or by itself: this one may have been done or not. */
export class ThreadEnded extends Error {
  constructor(options?: ErrorOptions) {
    super('The thread that spoke to the database has ended.', options);
    this.name = 'ThreadEnded';
  }
}

interface Pending {
  ask: Ask;
  callMs: number;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
  /** Of a group: its turn comes when this one is settled, and its clock starts then. */
  next?: Pending;
}

/** The server ends a statement first, in good order; the deadline is for one that no longer answers. */
const DEADLINE_SLACK_MS = 700;
const SOURCE_FOLDER = /\/src(?=\/adapters\/)/;
/** Node runs what was built, also where this very file runs from its source. */
const ENTRY = fileURLToPath(new URL('oracle-worker.js', import.meta.url)).replace(SOURCE_FOLDER, '/dist');

/**
 * A worker thread with the driver in it, and the deadlines of its calls. Past one the thread is ended: whatever the driver
 * waits for, its sockets are closed, and what was under way is rejected. Make a new one to go on.
 */
export class OracleThread {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private ended?: Promise<unknown>;

  constructor(private readonly access: OracleAccess, private readonly onWarning: (warning: DriverError) => void) {
    this.worker = new Worker(ENTRY, { workerData: access, env: {}, execArgv: [] });
    this.worker.on('message', (message: WorkerMessage) => this.hear(message));
    this.worker.on('error', (cause) => this.end(new ThreadEnded({ cause })));
    this.worker.on('exit', () => this.end(new ThreadEnded()));
  }

  get isEnded(): boolean {
    return this.ended !== undefined;
  }

  /** @throws DriverFailed, DeadlinePassed, ThreadEnded */
  ask<K extends Ask['kind']>(ask: Extract<Ask, { kind: K }>, callMs: number): Promise<AnswerTo<K>> {
    if (this.ended) return Promise.reject(new ThreadEnded());
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      const pending: Pending = { ask, callMs, resolve, reject, timer: undefined };
      this.pending.set(id, pending);
      this.startClock(pending, callMs, 'call');
      this.worker.postMessage({ id, ask, callMs } satisfies AskMessage);
    });
  }

  /** Look-ups done one after another; each has the whole time. */
  askEach(asks: LookUp[], callMs: number): Promise<Fetched>[] {
    if (this.ended) return asks.map(() => Promise.reject(new ThreadEnded()));
    const group = asks.map((ask) => ({ id: (this.lastId += 1), ask }));
    let before: Pending | undefined;
    const answers = group.map(({ id, ask }) => new Promise<Fetched>((resolve, reject) => {
      const pending: Pending = { ask, callMs, resolve, reject, timer: undefined };
      this.pending.set(id, pending);
      if (before) before.next = pending;
      else this.startClock(pending, callMs, 'call');
      before = pending;
    }));
    this.worker.postMessage({ group, callMs } satisfies GroupMessage);
    return answers;
  }

  /** Ends the thread; what is under way is rejected with `why`. */
  end(why: Error = new ThreadEnded()): Promise<unknown> {
    const left = [...this.pending.values()];
    this.pending.clear();
    for (const { timer, reject } of left) {
      clearTimeout(timer);
      reject(why);
    }
    return (this.ended ??= this.worker.terminate());
  }

  private hear(message: WorkerMessage): void {
    if ('answered' in message) return message.answered.forEach((one) => this.hear(one));
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if ('note' in message) return this.note(pending, message);
    clearTimeout(pending.timer);
    this.pending.delete(message.id);
    if (pending.next) this.startClock(pending.next, pending.next.callMs, 'call');
    if ('answer' in message) pending.resolve(message.answer as never);
    else if ('error' in message) pending.reject(new DriverFailed(message.error, message.during));
    else pending.reject(Object.assign(new Error(message.defect.message), { stack: message.defect.stack }));
  }

  private note(pending: Pending, message: Extract<WorkerMessage, { note: string }>): void {
    if (message.note === 'warning') return this.onWarning(message.error);
    if (message.note === 'connecting') this.startClock(pending, this.access.connectMs, 'connect');
    else this.startClock(pending, pending.callMs, 'call');
  }

  private startClock(pending: Pending, ms: number, during: 'connect' | 'call'): void {
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => this.pass(pending, ms, during), ms + DEADLINE_SLACK_MS);
  }

  private pass(late: Pending, afterMs: number, during: 'connect' | 'call'): void {
    for (const [id, pending] of this.pending) if (pending === late) this.pending.delete(id);
    late.reject(new DeadlinePassed(afterMs, during));
    void this.end();
  }
}
