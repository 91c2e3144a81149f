import { localDateTime } from './local-time.js';

/** A time without a zone, as milliseconds since 1970 of a clock on the wall. */
export interface WallTime {
  wallMs: number;
}

const MINUTE_MS = 60_000;

/** The clock on the wall of a zone, for very many times: zones change at whole minutes, and times of a list are close together. */
export class LocalClock {
  #minute = Number.NaN;
  #offsetMs = 0;

  constructor(private readonly timeZone: string) {}

  /** @param instant ISO 8601 */
  at(instant: string): WallTime {
    const ms = Date.parse(instant);
    const minute = Math.floor(ms / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#offsetMs = Date.parse(`${localDateTime(new Date(minute * MINUTE_MS), this.timeZone)}Z`) - minute * MINUTE_MS;
    }
    return { wallMs: ms + this.#offsetMs };
  }
}

/** @param local such as `2026-11-20T09:00:00` */
export function wallTimeOf(local: string): WallTime {
  return { wallMs: Date.parse(`${local}Z`) };
}

/** `2026-11-20 09:00:00` */
export function wallText({ wallMs }: WallTime): string {
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
}
