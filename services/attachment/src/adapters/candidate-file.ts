import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { RootUnreachable } from '../root-unreachable.js';
import { codeOf, isAbsent, onRoot } from './file-system-errors.js';
import { millisecondsOf } from './inspect-file.js';
import { openInside } from './open-inside.js';
import { readContent } from './read-content.js';

/** A file as it looked; `state` changes when the file does. */
export interface Look {
  size: number;
  state: string;
  /** Of its last change of any kind, in milliseconds since 1970. */
  touchedMs: number;
}

export function stateOf({ identity, size, modifiedMs }: { identity: string; size: number; modifiedMs: number }): string {
  return `${identity}:${size}:${modifiedMs}`;
}

/** @returns undefined for what cannot be anybody's file: gone, unreadable, a directory. */
export async function lookAtCandidate(path: string): Promise<Look | undefined> {
  return unlessUnusable(async () => lookOf(await stat(path, { bigint: true })));
}

/** @returns undefined for a file that cannot be read now, changed while it was read, or lies outside of the root */
export async function hashCandidate(realRoot: string, path: string): Promise<{ look: Look; sha256: string } | undefined> {
  return unlessUnusable(async () => {
    const opened = await openInside(realRoot, path);
    if (!opened) return undefined;
    const { handle } = opened;
    try {
      const look = lookOf(await handle.stat({ bigint: true }));
      if (!look) return undefined;
      const { sha256, bytes } = await readContent(handle, look.size);
      const after = lookOf(await handle.stat({ bigint: true }));
      return bytes === look.size && after?.state === look.state && after.touchedMs === look.touchedMs ? { look, sha256 } : undefined;
    } finally {
      await handle.close();
    }
  });
}

function lookOf(found: BigIntStats): Look | undefined {
  if (!found.isFile()) return undefined;
  const size = Number(found.size);
  const state = stateOf({ identity: `${found.dev}:${found.ino}`, size, modifiedMs: millisecondsOf(found.mtimeNs) });
  return { size, state, touchedMs: millisecondsOf(found.mtimeNs > found.ctimeNs ? found.mtimeNs : found.ctimeNs) };
}

/**
 * Work on a candidate within a deadline. One bad file on a NAS that is there must not hold up other people's mails.
 * @param assertReachable throws RootUnreachable
 */
export async function onCandidate<T>(work: () => Promise<T | undefined>, timeoutMs: number, assertReachable: () => Promise<unknown>): Promise<T | undefined> {
  try {
    return await onRoot(work, timeoutMs);
  } catch (error) {
    if (!(error instanceof RootUnreachable) || !['EIO', 'ESTALE'].includes(codeOf(error.cause) ?? '')) throw error;
    await assertReachable();
    return undefined;
  }
}

/** Its own recipient's mail says what is wrong with it. */
async function unlessUnusable<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error) || ['EACCES', 'EPERM', 'ELOOP', 'ENXIO'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
