import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readConfig, serviceConfigShape } from './service.config.js';

const shape = { ...serviceConfigShape, SECRET: z.string().min(8, 'Give at least 8 characters.') };
const NATS_URL = 'nats://u:p@localhost:4222';

describe('settings of a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tank-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (content: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };

  it('come from the environment, with defaults', () => {
    expect(readConfig(shape, { NATS_URL, SECRET: 'long enough' })).toMatchObject({ NATS_URL, NATS_PREFIX: 'tank', HEALTH_PORT: 0, LOG_LEVEL: 'info', SECRET: 'long enough' });
  });

  it('say all that is wrong in one message', () => {
    expect(() => readConfig(shape, { NATS_URL: 'http://x', SECRET: 'short', HEALTH_PORT: 'many' })).toThrow(/NATS_URL[^]*HEALTH_PORT[^]*SECRET: Give at least 8/);
  });

  it('say what is missing, and take an empty variable for a missing one', () => {
    expect(() => readConfig(shape, { NATS_URL: '', SECRET: 'long enough' })).toThrow('NATS_URL is missing');
  });

  it('read a secret from a file, without its last line end', () => {
    expect(readConfig(shape, { NATS_URL, SECRET_FILE: file('from a file\n') }).SECRET).toBe('from a file');
  });

  it('refuse a file that is not there, and a setting that is given twice', () => {
    expect(() => readConfig(shape, { NATS_URL, SECRET_FILE: join(folder, 'none') })).toThrow(/SECRET_FILE: .*cannot be read \(ENOENT\)/);
    expect(() => readConfig(shape, { NATS_URL, SECRET: 'long enough', SECRET_FILE: file('x') })).toThrow('SECRET and SECRET_FILE are both set');
  });
});
