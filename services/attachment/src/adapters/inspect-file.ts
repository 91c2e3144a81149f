import type { BigIntStats } from 'node:fs';
import { lstat, type FileHandle } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { judgeContent, type ContentVerdict } from '../content-kind.js';
import type { Inspection } from '../match-rule.js';
import type { SecondLook } from '../second-look.js';
import { codeOf, isAbsent } from './file-system-errors.js';
import { openInside } from './open-inside.js';
import { readContent } from './read-content.js';

export interface InspectOptions {
  /** A file changed within this time is looked at twice. */
  stillWritingMs: number;
  secondLook: SecondLook;
}
type Verdict = ContentVerdict & { sha256: string };

const MAX_VERDICTS = 5_000;

/** Looks at one file itself: where it really is, whether it is still being written, what is in it. */
export class InspectFile {
  /** Of files that did not change since (size, times, inode): a leaflet for everybody is read once, not for each mail. */
  readonly #verdicts = new Map<string, Verdict>();

  constructor(private readonly options: InspectOptions) {}

  /** @param realRoot the root's real path; `path` is relative to it. */
  async inspect(realRoot: string, path: string, maxBytes: number): Promise<Inspection> {
    const invalid = (detail: string): Inspection => ({ status: 'invalid', path, size: null, detail });
    try {
      const opened = await openInside(realRoot, join(realRoot, path));
      if (!opened) return invalid('It is a link that leads out of the file root.');
      const { handle, realPath } = opened;
      try {
        return await this.#inspectOpened(handle, realPath, relative(realRoot, realPath).split(sep).join('/'), maxBytes);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isAbsent(error)) return (await isLink(join(realRoot, path))) ? invalid('It is a link that leads nowhere.') : { status: 'absent' };
      if (['EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return invalid('It cannot be read: let the account of Tank read it.');
      if (['ELOOP', 'ENXIO'].includes(codeOf(error) ?? '')) return invalid('It is not a regular file.');
      throw error;
    }
  }

  /** `path` is the real one: the sender, which follows no link either, finds the same file there. */
  async #inspectOpened(handle: FileHandle, realPath: string, path: string, maxBytes: number): Promise<Inspection> {
    const stat = await handle.stat({ bigint: true });
    if (stat.isDirectory()) return { status: 'absent' };
    const size = Number(stat.size);
    const invalid = (detail: string): Inspection => ({ status: 'invalid', path, size, detail });
    if (!stat.isFile()) return invalid('It is not a regular file.');
    const unsettled = this.#unsettled(realPath, stat);
    if (unsettled) return unsettled === 'changing' ? invalid(CHANGING) : { status: 'unsettled', retryAfterMs: unsettled };
    if (size === 0) return invalid('It is empty.');
    if (size > maxBytes) return invalid(`It is larger than the rule allows (${maxBytes} bytes).`);
    const verdict = await this.#verdict(handle, stat, extname(realPath).slice(1).toLowerCase());
    if (verdict === 'changing') return invalid(CHANGING);
    if ('problem' in verdict) return invalid(verdict.problem);
    return {
      status: 'file', path, size, modifiedMs: millisecondsOf(stat.mtimeNs), inode: String(stat.ino), identity: `${stat.dev}:${stat.ino}`, ...verdict,
    };
  }

  /** Copies may carry the time of their original, so the time of the last change of any kind counts as well. */
  #unsettled(realPath: string, stat: BigIntStats): 'changing' | number | undefined {
    const touchedMs = millisecondsOf(stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs);
    if (Date.now() - touchedMs >= this.options.stillWritingMs) return undefined;
    const look = this.options.secondLook.see(realPath, stateOf(stat));
    if (look.isSettled) return undefined;
    return look.hasChanged ? 'changing' : look.retryAfterMs;
  }

  async #verdict(handle: FileHandle, stat: BigIntStats, extension: string): Promise<Verdict | 'changing'> {
    const key = `${stateOf(stat)}:${extension}`;
    const known = this.#verdicts.get(key);
    if (known) return known;
    const { sha256, bytes, ...content } = await readContent(handle, Number(stat.size));
    const after = await handle.stat({ bigint: true });
    if (bytes !== Number(stat.size) || stateOf(after) !== stateOf(stat)) return 'changing';
    const verdict = { ...(await judgeContent(extension, content)), sha256 };
    this.#keep(key, verdict, stat);
    return verdict;
  }

  /** Not of a fresh file: a file system's clock may tick too slowly to tell the next change from the last. */
  #keep(key: string, verdict: Verdict, stat: BigIntStats): void {
    if (Date.now() - millisecondsOf(stat.ctimeNs) < Math.max(2000, this.options.stillWritingMs)) return;
    this.#verdicts.set(key, verdict);
    const oldest = this.#verdicts.keys().next().value;
    if (this.#verdicts.size > MAX_VERDICTS && oldest !== undefined) this.#verdicts.delete(oldest);
  }
}

const CHANGING = 'It changed between two looks: it is still being written.';

function stateOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/** As `Stats.mtimeMs` has it, to the last bit: the sender compares. */
export function millisecondsOf(ns: bigint): number {
  return Number(ns / 1_000_000_000n) * 1000 + Number(ns % 1_000_000_000n) / 1e6;
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
