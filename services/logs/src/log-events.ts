import type { DeadLettered, KoreanProblem, RunChanged, SystemErrorRaised } from '@tank/contracts';
import { cleanText } from './clean-text.js';
import { alarmOf } from './dead-letter-alarm.js';

const LINE = 1_000;
const TEXT = 10_000;

/** All three throw RowRefused for what PostgreSQL will never take, and TryLater while it is away. */
export interface EventTables {
  /** Writes the run unless a newer revision of it is there. */
  putRun(run: RunChanged['run'], revision: number): Promise<void>;
  addSystemError(error: SystemErrorRaised): Promise<void>;
  addDeadLetter(letter: DeadLettered): Promise<void>;
}

/** Keeps what happens beside the mails: runs, system errors, dead letters. Each may come twice. */
export class LogEvents {
  constructor(private readonly tables: EventTables) {}

  async run({ run, revision }: RunChanged): Promise<void> {
    await this.tables.putRun({
      ...run,
      automationName: cleanText(run.automationName, LINE),
      reasonCode: run.reasonCode && cleanText(run.reasonCode, LINE),
      reason: run.reason && cleanText(run.reason, TEXT),
    }, revision);
  }

  async systemError(error: SystemErrorRaised): Promise<void> {
    await this.tables.addSystemError({
      ...error,
      code: cleanText(error.code, LINE),
      message: cleanText(error.message, TEXT),
      remedy: error.remedy && cleanText(error.remedy, TEXT),
      ...(error.ko && { ko: cleanKorean(error.ko) }),
    });
  }

  /** The payload is kept as it came. A letter that cannot be kept is not silent either: the alarm comes first. */
  async deadLetter(letter: DeadLettered): Promise<void> {
    await this.systemError(alarmOf(letter));
    await this.tables.addDeadLetter({
      ...letter,
      step: cleanText(letter.step, LINE),
      messageType: cleanText(letter.messageType, LINE),
      reason: cleanText(letter.reason, TEXT),
      mailId: letter.mailId && cleanText(letter.mailId, LINE),
    });
  }
}

function cleanKorean({ message, cause, remedy }: KoreanProblem): KoreanProblem {
  return { message: cleanText(message, TEXT), cause: cause && cleanText(cause, TEXT), remedy: remedy && cleanText(remedy, TEXT) };
}
