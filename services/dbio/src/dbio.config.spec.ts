import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDbioConfig } from './dbio.config.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const NEEDED = { NATS_URL: 'nats://127.0.0.1:4222', LOGS_DB_URL: 'postgres://tank_dbio:p@127.0.0.1:5432/tank', TANK_SECRET_KEY: KEY };

describe('readDbioConfig', () => {
  it('makes the first connection from the seeds\' names', () => {
    const config = readDbioConfig({ ...NEEDED, DB_HOST: 'db', DB_NAME: 'n', DB_USER: 'u', DB_PASS: 'p' });
    expect(config.firstConnection).toEqual({ name: 'default', kind: 'postgres', host: 'db', port: 5432, database: 'n', user: 'u', password: 'p', timeZone: 'Asia/Seoul' });
    expect(readDbioConfig(NEEDED).firstConnection).toBeNull();
  });

  it('wants the first connection whole', () => {
    expect(() => readDbioConfig({ ...NEEDED, DB_HOST: 'db' })).toThrow(/DB_NAME is missing[\s\S]*DB_USER is missing[\s\S]*DB_PASS is missing/);
  });

  it('reads the key from a file, and refuses one of another length', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tank-dbio-'));
    writeFileSync(join(folder, 'key'), `${KEY}\n`);
    const { TANK_SECRET_KEY: _, ...rest } = NEEDED;
    expect(readDbioConfig({ ...rest, TANK_SECRET_KEY_FILE: join(folder, 'key') }).TANK_SECRET_KEY).toEqual(Buffer.alloc(32, 7));
    rmSync(folder, { recursive: true });
    expect(() => readDbioConfig({ ...rest, TANK_SECRET_KEY: 'dG9vIHNob3J0' })).toThrow(/TANK_SECRET_KEY: Expected 32 bytes/);
    expect(() => readDbioConfig(rest)).toThrow(/TANK_SECRET_KEY is missing[\s\S]*openssl/);
  });
});
