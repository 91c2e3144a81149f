import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';

/** What is behind the name when it is opened is what is judged: no link in the last step, no waiting for a pipe's writer. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a file for reading where it really is. The caller closes it.
 * @returns undefined for a link that leads out of the root
 */
export async function openInside(realRoot: string, path: string): Promise<{ handle: FileHandle; realPath: string } | undefined> {
  const realPath = await realpath(path);
  if (!realPath.startsWith(realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`)) return undefined;
  return { handle: await open(realPath, OPEN_FLAGS), realPath };
}
