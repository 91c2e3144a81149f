import type { ServerResponse } from 'node:http';

/** Answers that go on for long end when nobody reads them any more, or when the gateway stops. */
export class OpenAnswers {
  readonly #open = new Set<AbortController>();
  #isClosing = false;

  /** Aborted when the answer has ended, however. */
  closedWith(response: ServerResponse): AbortSignal {
    const closed = new AbortController();
    if (this.#isClosing || response.closed) {
      closed.abort();
      return closed.signal;
    }
    this.#open.add(closed);
    response.once('close', () => {
      this.#open.delete(closed);
      closed.abort();
    });
    return closed.signal;
  }

  close(): void {
    this.#isClosing = true;
    for (const closed of this.#open) closed.abort();
  }
}
