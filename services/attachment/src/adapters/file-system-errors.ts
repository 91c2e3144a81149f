import { RootUnreachable } from '../root-unreachable.js';

/** A server or a mount that is away, or a process out of handles: says nothing about the file that was asked for. */
const AWAY = ['EIO', 'ESTALE', 'ENOTCONN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH', 'ECONNABORTED', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENODEV', 'EREMOTEIO', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'];

/** The code that Node gives an error of the system, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Nothing of that name. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error) ?? '');
}

/**
 * Work on the file root, within a deadline: a hard-mounted NAS that is gone never answers at all, and the call stays in
 * its thread until it does.
 * @throws RootUnreachable when the root is away; every other error as it is.
 */
export async function onRoot<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable(`did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (AWAY.includes(code)) throw unreachable(`cannot be read (${code})`, error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param what follows "The file root ", e.g. "cannot be read (EIO)" */
export function unreachable(what: string, cause?: unknown, remedy = 'See that the NAS is up and mounted at FILE_ROOT_PATH, and that the account of Tank may read it. Mails wait and go on by themselves.'): RootUnreachable {
  return new RootUnreachable(`The file root ${what}.`, remedy, { cause });
}
