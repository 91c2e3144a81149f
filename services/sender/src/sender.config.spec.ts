import { describe, expect, it } from '@jest/globals';
import { readSenderConfig } from './sender.config.js';

const env = {
  NATS_URL: 'nats://127.0.0.1:4222', LOGS_DB_URL: 'postgresql://tank_sender:x@127.0.0.1/tank', FILE_ROOT_PATH: '/nas',
  SES_REGION: 'ap-northeast-2', SES_ACCESS_KEY: 'AKIA', SES_SECRET_KEY: 'topsecret',
  TANK_SECRET_KEY: Buffer.alloc(32, 3).toString('base64'),
};

describe('the sender\'s settings', () => {
  it('have defaults for all but the places and the keys', () => {
    expect(readSenderConfig(env)).toMatchObject({ SES_CALL_TIMEOUT_MS: 15_000, SENDER_CONCURRENCY: 32, LEDGER_DAYS: 90, SENT_MAIL_DAYS: 90, SES_ENDPOINT: undefined });
  });

  it('name everything that is wrong at once, and never a secret', () => {
    const wrong = { ...env, SES_REGION: 'Seoul', SES_MAX_PER_SECOND: '-1', LEDGER_DAYS: '1', LOGS_DB_URL: 'mysql://x' };
    expect(() => readSenderConfig(wrong)).toThrow(/LOGS_DB_URL[\s\S]*SES_REGION[\s\S]*SES_MAX_PER_SECOND[\s\S]*LEDGER_DAYS/);
    expect(() => readSenderConfig(wrong)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('topsecret') }));
  });

  it('never fall back on credentials that this machine happens to have', () => {
    const { SES_ACCESS_KEY: _key, ...without } = env;
    expect(() => readSenderConfig({ ...without, AWS_ACCESS_KEY_ID: 'AKIAREAL' })).toThrow(/SES_ACCESS_KEY is missing/);
  });
});
