import { describe, expect, it } from '@jest/globals';
import { readLogsConfig } from './logs.config.js';

const enough = { NATS_URL: 'nats://127.0.0.1:4222', LOGS_DB_URL: 'postgres://tank_logs:secret@127.0.0.1:5432/tank' };

describe('the settings of logs', () => {
  it('keep plain addresses and have a retention unless told otherwise', () => {
    expect(readLogsConfig(enough)).toMatchObject({ LOG_ADDRESSES: 'plain', LOG_DAYS: 365, LOG_DAYS_SYSTEM_ERRORS: 90, LOG_DAYS_DEAD_LETTERS: 30 });
  });

  it('want a key for the hash where addresses are masked', () => {
    expect(() => readLogsConfig({ ...enough, LOG_ADDRESSES: 'masked' })).toThrow(/LOG_HASH_KEY is missing/);
    expect(readLogsConfig({ ...enough, LOG_ADDRESSES: 'masked', LOG_HASH_KEY: 'k'.repeat(32) }).LOG_ADDRESSES).toBe('masked');
  });

  it('name everything that is wrong at once, and no secret', () => {
    const read = () => readLogsConfig({ ...enough, LOGS_DB_URL: 'mysql://u:topsecret@h/d', LOG_DAYS: '0', LOG_HASH_KEY: 'short' });
    expect(read).toThrow(/LOGS_DB_URL[\s\S]*LOG_HASH_KEY[\s\S]*LOG_DAYS/);
    expect(read).not.toThrow(/topsecret/);
  });
});
