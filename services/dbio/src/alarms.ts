import { randomUUID } from 'node:crypto';
import { MESSAGE_VERSION, type SystemErrorRaised } from '@tank/contracts';
import type { AlarmWords } from './problem.js';

const SILENCE_MS = 60_000;

export interface Alarm extends AlarmWords {
  /** What it is about, such as a connection id: the same alarm about it is raised once a minute. */
  about: string;
  code: string;
  runId: string | null;
  mailId?: string | null;
}

/** Raises system errors, not at each retry of what goes wrong. */
export class Alarms {
  private readonly raisedAt = new Map<string, number>();

  constructor(private readonly publish: (error: SystemErrorRaised) => Promise<void>, private readonly now: () => number = Date.now) {}

  async raise(alarm: Alarm): Promise<void> {
    const key = `${alarm.code} ${alarm.about}`;
    const now = this.now();
    if (now - (this.raisedAt.get(key) ?? -Infinity) < SILENCE_MS) return;
    this.forgetOld(now);
    this.raisedAt.set(key, now);
    await this.publish(systemErrorOf(alarm, new Date(now)));
  }

  private forgetOld(now: number): void {
    for (const [key, at] of this.raisedAt) if (now - at >= SILENCE_MS) this.raisedAt.delete(key);
  }
}

export function systemErrorOf({ code, message, remedy, ko, runId, mailId = null }: Omit<Alarm, 'about'>, at: Date): SystemErrorRaised {
  return { v: MESSAGE_VERSION, type: 'SystemErrorRaised', errorId: randomUUID(), module: 'DBIO', code, message, remedy, ko, runId, mailId, occurredAt: at.toISOString() };
}
