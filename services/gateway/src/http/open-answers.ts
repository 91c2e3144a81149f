import type { ServerResponse } from 'node:http';
import { createLog } from '@tank/telemetry';

/** Why an answer was closed whose reader may not read it any more. */
export const NOT_ALLOWED = 'not-allowed';

const log = createLog('gateway');

/** Answers that go on for long end when nobody reads them any more, when who reads them may not any more, or when the gateway stops. */
export class OpenAnswers {
  readonly #open = new Map<AbortController, () => Promise<boolean>>();
  #isClosing = false;

  /** Aborted when the answer has ended, however; with the reason NOT_ALLOWED where it is to end for that. */
  closedWith(response: ServerResponse, isStillAllowed: () => Promise<boolean>): AbortSignal {
    const closed = new AbortController();
    if (this.#isClosing || response.closed) {
      closed.abort();
      return closed.signal;
    }
    this.#open.set(closed, isStillAllowed);
    response.once('close', () => {
      this.#open.delete(closed);
      closed.abort();
    });
    return closed.signal;
  }

  /** Somebody's session or rights have changed: whoever may not read on is cut short now. */
  lookAgain(): void {
    for (const [closed, isStillAllowed] of this.#open) void closeUnless(closed, isStillAllowed);
  }

  close(): void {
    this.#isClosing = true;
    for (const closed of this.#open.keys()) closed.abort();
  }
}

/** Who cannot be asked about now is asked about at the next look, which every long answer takes by itself. */
async function closeUnless(closed: AbortController, isStillAllowed: () => Promise<boolean>): Promise<void> {
  try {
    if (!(await isStillAllowed())) closed.abort(NOT_ALLOWED);
  } catch (error) {
    log.error('api.look-again', error);
  }
}
