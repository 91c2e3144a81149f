import type { MessagePort } from 'node:worker_threads';
import { bindTimesIn } from './bind-values.js';
import { driverError, isOfDriver } from './driver-error.js';
import { keepTimesExact } from './exact-times.js';
import type { OracleAccess } from './oracle-access.js';
import { lookUpEach, update } from './pooled-work.js';
import { chooseClient } from './session.js';
import { SessionPool, type LogonWatch } from './session-pool.js';
import { SingleSession } from './single-session.js';
import type { Answered, Answers, AskMessage, Fetched, GroupMessage, GroupTimes, LookUp, WorkerMessage } from './worker-messages.js';

/** Answers what a source asks of its worker, until the thread is ended. */
export function answerAsks(port: MessagePort, access: OracleAccess): void {
  const desk = new Desk(access);
  const post = (message: WorkerMessage) => port.postMessage(message);
  port.on('message', (message: AskMessage | GroupMessage) => void ('group' in message ? answerGroup(desk, message, post) : answerOne(desk, message, post)));
}

type Post = (message: WorkerMessage) => void;

async function answerOne(desk: Desk, message: AskMessage, post: Post): Promise<void> {
  const watch = new Watch(message.id, post);
  try {
    post({ id: message.id, answer: await desk.answer(message, watch) });
  } catch (error) {
    post(failure(message.id, error, watch.isConnecting));
  }
}

async function answerGroup(desk: Desk, { id, group, callMs, waitMs }: GroupMessage, post: Post): Promise<void> {
  const watch = new Watch(group[0]!.id, post);
  const outbox = new Outbox(post);
  const tell = ({ id }: { id: number }, result: Fetched | Error) => (result instanceof Error ? outbox.tell(failure(id, result, watch.isConnecting)) : outbox.keep({ id, answer: result }));
  try {
    await desk.lookUpEach(group.map(({ ask }) => ask), { callMs, waitMs }, watch, (at, result) => tell(group[at]!, result));
  } catch (error) {
    for (const item of group) tell(item, error as Error);
  } finally {
    outbox.keep({ id, answer: {} });
    outbox.send();
  }
}

/** How long an answer of a group may wait for the next one, so that a slow look-up holds up nobody else's. */
const KEEP_MS = 5;

/** Answers that go together. */
class Outbox {
  private kept: Answered[] = [];
  private timer?: NodeJS.Timeout;

  constructor(private readonly post: Post) {}

  keep(answered: Answered): void {
    this.kept.push(answered);
    this.timer ??= setTimeout(() => this.send(), KEEP_MS);
  }

  tell(message: WorkerMessage): void {
    this.send();
    this.post(message);
  }

  send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.kept.length > 0) this.post({ answered: this.kept });
    this.kept = [];
  }
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
      case 'update': return update(this.pool, ask, callMs, watch);
      case 'cancel': return this.single.cancel();
      case 'leave': return this.leave();
      case 'next': return this.single.next(callMs);
      case 'version': return this.single.version(callMs, watch);
      case 'parse': return this.single.parse(ask, callMs, watch);
      case 'sample': return this.single.sample(ask, callMs, watch);
      case 'open': return this.single.open(ask, callMs, watch);
      case 'look-up': throw new Error('A look-up comes in a group.');
    }
  }

  async lookUpEach(group: LookUp[], times: GroupTimes, watch: Watch, told: (at: number, result: Fetched | Error) => void): Promise<void> {
    await (this.ready ??= this.prepare());
    await lookUpEach(this.pool, group, times, watch, told);
  }

  private async prepare(): Promise<void> {
    chooseClient(this.access);
    bindTimesIn(this.access.sessionTimeZone);
    if (!this.access.thick) keepTimesExact(this.access.sessionTimeZone);
  }

  private async leave(): Promise<Answers['leave']> {
    await Promise.all([this.single.leave(), this.pool.close()]);
    return {};
  }
}

class Watch implements LogonWatch {
  /** Whether a failure now is one of the logon. */
  isConnecting = false;

  constructor(private readonly id: number, private readonly post: (message: WorkerMessage) => void) {}

  connecting(): void {
    this.isConnecting = true;
    this.post({ id: this.id, note: 'connecting' });
  }
  connected(byLogon: boolean): void {
    if (!this.isConnecting) return;
    this.isConnecting = false;
    this.post({ id: this.id, note: 'connected', byLogon });
  }
  refused(): void {
    this.isConnecting = true;
  }
  warned(warning: Error): void {
    this.post({ id: this.id, note: 'warning', error: driverError(warning) });
  }
}

function failure(id: number, error: unknown, isConnecting: boolean): WorkerMessage {
  if (isOfDriver(error)) return { id, error: driverError(error), during: isConnecting ? 'connect' : 'call' };
  const { message, stack } = error as Error;
  return { id, defect: { message, stack } };
}
