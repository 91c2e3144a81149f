import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { commandLineOf, isStillOurs, stopKnownProcess, type KnownProcess } from './processes.ts';

const known = z.object({ name: z.string(), pid: z.number().int().positive(), argv: z.array(z.string()) });
const contents = z.object({ launcher: known, children: z.array(known) });

export class AlreadyRunning extends Error {}

/**
 * The list of what a launcher has started, kept on disk so that the next start can end what a SIGKILLed launcher left
 * behind, and so that two launchers never share one state folder.
 */
export class PidFile {
  readonly path: string;
  readonly #launcher: KnownProcess;
  readonly #children = new Map<number, KnownProcess>();

  private constructor(path: string, launcher: KnownProcess) {
    this.path = path;
    this.#launcher = launcher;
  }

  /** Takes the state folder for this process. Throws AlreadyRunning while another launcher has it. */
  static async take(path: string, report: (line: string) => void = () => {}): Promise<PidFile> {
    mkdirSync(dirname(path), { recursive: true });
    const file = new PidFile(path, { name: 'launcher', pid: process.pid, argv: [commandLineOf(process.pid) ?? ''] });
    for (;;) {
      try {
        file.#write(linkSync); // a link, unlike a rename, never replaces what another launcher has just put there
        return file;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        await endLeftovers(path, report);
      }
    }
  }

  add(child: KnownProcess): void {
    this.#children.set(child.pid, child);
    this.#write();
  }

  remove(pid: number): void {
    if (this.#children.delete(pid)) this.#write();
  }

  get children(): KnownProcess[] {
    return [...this.#children.values()];
  }

  /** Gives the state folder back, once nothing runs in it any more. */
  release(): void {
    rmSync(this.path, { force: true });
  }

  #write(put: typeof linkSync = renameSync): void {
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, this.#contents(), { mode: 0o600 });
    try {
      put(draft, this.path);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  #contents(): string {
    return JSON.stringify({ launcher: this.#launcher, children: this.children }, null, 2);
  }
}

/** Ends what a launcher that is no more left running, after making sure by command line that each process is ours. */
export async function endLeftovers(path: string, report: (line: string) => void): Promise<void> {
  const left = readPidFile(path);
  if (left && isStillOurs(left.launcher)) {
    throw new AlreadyRunning(`Tank is already running from this folder (process ${left.launcher.pid}). Stop it first with Ctrl-C in its window, or: kill ${left.launcher.pid}`);
  }
  for (const child of left?.children.toReversed() ?? []) {
    if (!isStillOurs(child)) continue;
    report(`stopping ${child.name} (process ${child.pid}), left behind by an earlier start`);
    await stopKnownProcess(child, { signals: [{ signal: child.name === 'postgres' ? 'SIGINT' : 'SIGTERM', deadlineMs: 5_000 }] });
  }
  rmSync(path, { force: true });
}

/** What still runs of a launcher that is gone, or that is this very process. */
export function abandoned(path: string): KnownProcess[] {
  const left = readPidFile(path);
  if (!left || (left.launcher.pid !== process.pid && isStillOurs(left.launcher))) return [];
  return left.children.filter(isStillOurs);
}

/** A file cut short by a crash of the machine lists nothing that can still be running. */
function readPidFile(path: string): z.infer<typeof contents> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return contents.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
