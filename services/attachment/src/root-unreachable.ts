/** The file root, or a part of it, does not answer: no mail is to blame, so none fails. */
export class RootUnreachable extends Error {
  constructor(message: string, readonly remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RootUnreachable';
  }
}
