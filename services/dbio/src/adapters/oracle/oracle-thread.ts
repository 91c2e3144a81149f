import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { OracleAccess } from './oracle-access.js';
import type { DriverError } from './oracle-problems.js';
import type { AnswerTo, Ask, AskMessage, Fetched, GroupMessage, GroupTimes, LookUp, WorkerMessage } from './worker-messages.js';

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
  callMs: number;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
  during: 'connect' | 'call';
  /** Of a group: its turn comes when this one is settled, and its clock starts then. */
  next?: Pending;
}

/** Look-ups that go together: their answers, and the end of their transaction. */
export interface Group {
  answers: Promise<Fetched>[];
  done: Promise<unknown>;
}
export interface ThreadHearer {
  warned(warning: DriverError): void;
  loggedOn(): void;
}

/** The server ends a statement first, in good order; the deadline is for one that no longer answers. */
export const DEADLINE_SLACK_MS = 700;
/** For the end of a transaction that changed nothing. */
const END_MS = 1_000;
/** Rows are made and gone by the million: room for the young saves a tenth of the work. */
const YOUNG_MB = 64;
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

  constructor(private readonly access: OracleAccess, private readonly hearer: ThreadHearer) {
    this.worker = new Worker(ENTRY, { workerData: access, env: {}, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
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
    const { id, pending, answer } = this.expect<AnswerTo<K>>(callMs);
    this.startClock(pending, callMs, 'call');
    this.worker.postMessage({ id, ask, callMs } satisfies AskMessage);
    return answer;
  }

  /** Look-ups done one after another; each has the whole time. */
  askEach(asks: LookUp[], { callMs, waitMs }: GroupTimes): Group {
    if (this.ended) return { answers: asks.map(() => Promise.reject(new ThreadEnded())), done: Promise.resolve() };
    const expected = asks.map(() => this.expect<Fetched>(callMs));
    const end = this.expect<unknown>(Math.min(callMs, END_MS));
    for (const [at, { pending }] of expected.entries()) pending.next = (expected[at + 1] ?? end).pending;
    this.startClock(expected[0]!.pending, callMs, 'call');
    this.worker.postMessage({ id: end.id, group: asks.map((ask, at) => ({ id: expected[at]!.id, ask })), callMs, waitMs } satisfies GroupMessage);
    return { answers: expected.map(({ answer }) => answer), done: end.answer };
  }

  private expect<A>(callMs: number): { id: number; pending: Pending; answer: Promise<A> } {
    const id = (this.lastId += 1);
    const { promise: answer, resolve, reject } = Promise.withResolvers<A>();
    const pending: Pending = { callMs, resolve, reject, timer: undefined, during: 'call' };
    this.pending.set(id, pending);
    return { id, pending, answer };
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
    if (message.note === 'warning') return this.hearer.warned(message.error);
    if (message.note === 'connecting') return this.startClock(pending, this.access.connectMs, 'connect');
    if (message.byLogon) this.hearer.loggedOn();
    this.startClock(pending, pending.callMs, 'call');
  }

  private startClock(pending: Pending, ms: number, during: 'connect' | 'call'): void {
    clearTimeout(pending.timer);
    pending.during = during;
    pending.timer = setTimeout(() => void this.passUnlessAnswered(pending, ms), ms + DEADLINE_SLACK_MS);
  }

  /** Where this very process stood still, the answer may have come in time and waits to be heard. */
  private async passUnlessAnswered(pending: Pending, ms: number): Promise<void> {
    const { timer } = pending;
    await setImmediate();
    const isAsBefore = pending.timer === timer && [...this.pending.values()].includes(pending);
    if (isAsBefore) this.pass(pending, ms);
  }

  private pass(late: Pending, afterMs: number): void {
    const why = new DeadlinePassed(afterMs, late.during);
    const toBlame = late.during === 'connect' ? this.waitingForLogon() : [late];
    for (const { reject } of toBlame) reject(why);
    void this.end(new ThreadEnded({ cause: why }));
  }

  /** A logon that hangs is that of all who wait for one: each of them would only wait for the same thing once more. */
  private waitingForLogon(): Pending[] {
    const first = [...this.pending.values()].filter(({ during }) => during === 'connect');
    return first.flatMap(withNext);
  }
}

function withNext(pending: Pending): Pending[] {
  return pending.next ? [pending, ...withNext(pending.next)] : [pending];
}
