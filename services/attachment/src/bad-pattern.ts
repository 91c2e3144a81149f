/** A rule cannot be applied to a row: the sentence names the rule's text and the row's columns, never a value. */
export class BadPattern extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BadPattern';
  }
}
