import { refusalSchema, type Refusal } from './requests.js';

/**
 * Thrown by a use case when a message cannot be handled now but will be: the message stays in its stream and comes back.
 * Anything else that is thrown is a defect.
 */
export class TryLater extends Error {
  constructor(reason: string, readonly retryAfterMs: number, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'TryLater';
  }
}

/** One sentence for whoever reads it. */
export type InBoth = readonly [english: string, korean: string];

/** Thrown by a use case that answers a request with no: the field, the cause and the remedy travel to the asker, for readers of both languages. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(code: Refusal['code'], [message, ko]: InBoth, field: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refused';
    this.refusal = refusalSchema.parse({ code, message, ko, field });
  }
}

/** The cause of a `Refused` whose question was handed over and whose answer never came: what was asked may have been done, or may be done yet. */
export class AnswerLost extends Error {
  constructor(options?: ErrorOptions) {
    super('The answer did not come.', options);
    this.name = 'AnswerLost';
  }
}
