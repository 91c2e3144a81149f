import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_BYTES = 20 * 1024 * 1024;
const TAIL_LINES = 30;

/** The output of one program: a file that starts anew past 20 MB (one earlier file is kept), and the last lines in memory. */
export class ProgramLog {
  onLine: ((line: string) => void) | undefined;
  readonly #path: string;
  readonly #last: string[] = [];
  #fd: number | undefined;

  constructor(dir: string, name: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#path = join(dir, `${name}.log`);
    if (existsSync(this.#path) && statSync(this.#path).size > LIMIT_BYTES) renameSync(this.#path, `${this.#path}.1`);
    this.#fd = openSync(this.#path, 'a', 0o600);
  }

  write(line: string): void {
    if (this.#fd !== undefined) writeSync(this.#fd, `${line}\n`);
    this.#last.push(line);
    if (this.#last.length > TAIL_LINES) this.#last.shift();
    this.onLine?.(line);
  }

  tail(): string {
    return `\n  log file: ${this.#path}${this.#last.map((line) => `\n  | ${line}`).join('')}`;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
