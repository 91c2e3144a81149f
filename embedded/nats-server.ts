import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from './find-nats-server.ts';
import { freePort } from './free-port.ts';
import { keptSecret } from './kept-secret.ts';
import type { Supervisor } from './supervisor.ts';

export interface NatsOptions {
  stateDir: string;
  /** Where a downloaded nats-server may be kept for later starts. */
  cacheDirs: string[];
  usualPort?: number;
  report?: (line: string) => void;
  /** Ends a download in progress. */
  signal?: AbortSignal;
}

const START_TRIES = 3;

/** Starts nats-server with JetStream on loopback; returns `nats://user:password@127.0.0.1:port`. */
export async function startNatsServer(supervisor: Supervisor, options: NatsOptions): Promise<string> {
  const command = await findNatsServer({ cacheDirs: options.cacheDirs, report: options.report, signal: options.signal });
  const password = keptSecret(join(options.stateDir, 'secrets', 'nats'));
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? options.usualPort : undefined);
    const config = writeConfig(options.stateDir, port, password);
    try {
      await supervisor.start({
        name: 'nats-server',
        command,
        args: ['-c', config],
        env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
        ready: /Server is ready/,
        stopping: { signals: [{ signal: 'SIGTERM', deadlineMs: 10_000 }] },
        stage: 0,
      });
      return `nats://tank:${password}@127.0.0.1:${port}`;
    } catch (error) {
      if (attempt === START_TRIES || !/address already in use/.test((error as Error).message)) throw error;
    }
  }
}

/** Only what nats-server 2.9 knows. The file holds the password, so nobody else may read it. */
function writeConfig(stateDir: string, port: number, password: string): string {
  const dir = join(stateDir, 'nats');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'nats-server.conf');
  const lines = [
    `listen: "127.0.0.1:${port}"`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(join(dir, 'jetstream'))}`,
    '  max_memory_store: 256MB',
    '  max_file_store: 2GB',
    '}',
    'authorization {',
    `  user: tank, password: "${password}"`,
    '}',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  return path;
}
