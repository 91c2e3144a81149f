import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is needed to recognise a process again in another life of the launcher: its number may since be somebody else's. */
export interface KnownProcess {
  name: string;
  pid: number;
  /** The command line exactly as it was started. */
  argv: string[];
}

/** The command line of a running process, arguments joined by one space; undefined when there is none, or a zombie. */
export function commandLineOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const raw = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return raw.replace(/\0$/, '').replaceAll('\0', ' ') || undefined;
    }
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined;
  } catch {
    return undefined; // no such process
  }
}

/** Is this still the process that we started, and not a later one that was given its number? */
export function isStillOurs(known: KnownProcess): boolean {
  return commandLineOf(known.pid) === known.argv.join(' ');
}

export interface Stopping {
  /** Asked one after the other, each with its own time to comply. SIGKILL is always added at the end. */
  signals: { signal: NodeJS.Signals; deadlineMs: number }[];
}

export const POLITE: Stopping = { signals: [{ signal: 'SIGTERM', deadlineMs: 15_000 }] };

/** Stops one process that we started, by its own number; returns the signal that ended it, or undefined when it had gone. */
export async function stopKnownProcess(known: KnownProcess, { signals }: Stopping = POLITE): Promise<NodeJS.Signals | undefined> {
  for (const { signal, deadlineMs } of [...signals, { signal: 'SIGKILL' as const, deadlineMs: 5_000 }]) {
    if (!isStillOurs(known)) return undefined;
    if (!sendSignal(known.pid, signal)) return undefined;
    if (await isGoneWithin(known, deadlineMs)) return signal;
  }
  throw new Error(`${known.name} (process ${known.pid}) did not end on SIGKILL: the kernel is holding it, probably on a disk or NAS that does not answer.`);
}

/** Sends a signal; false when there is no such process any more. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function isGoneWithin(known: KnownProcess, deadlineMs: number): Promise<boolean> {
  const until = Date.now() + deadlineMs;
  while (Date.now() < until) {
    if (!isStillOurs(known)) return true;
    await sleep(20);
  }
  return !isStillOurs(known);
}

/** Running processes whose command line mentions `text` (a folder of ours), one line each; ourselves excepted. */
export function commandLinesContaining(text: string): string[] {
  return allPids()
    .filter((pid) => pid !== process.pid)
    .map((pid) => `${pid} ${commandLineOf(pid) ?? ''}`)
    .filter((line) => line.includes(text));
}

/** A small Linux has no `ps`, so there the kernel is asked. */
function allPids(): number[] {
  const names = process.platform === 'linux' ? readdirSync('/proc') : execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).split('\n');
  return names.map(Number).filter((pid) => pid > 0);
}
