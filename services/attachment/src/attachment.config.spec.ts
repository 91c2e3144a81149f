import { readAttachmentConfig } from './attachment.config.js';

const given = { NATS_URL: 'nats://localhost:4222', FILE_ROOT_PATH: '/mnt/nas' };

describe('the settings of attachment', () => {
  it('need the file root, and choose the rest', () => {
    expect(readAttachmentConfig(given)).toMatchObject({ FILE_ROOT_PATH: '/mnt/nas', FILE_ROOT_POLL_MS: undefined, FILE_ROOT_TIMEOUT_MS: 15_000, STILL_WRITING_MS: 2000, SETTLE_MS: 1000 });
    expect(readAttachmentConfig({ ...given, FILE_ROOT_POLL_MS: '0' }).FILE_ROOT_POLL_MS).toBe(0);
  });

  it('say all that is wrong at once', () => {
    expect(() => readAttachmentConfig({ NATS_URL: 'x', FILE_ROOT_PATH: 'relative', SETTLE_MS: 'soon' })).toThrow(/NATS_URL[^]*FILE_ROOT_PATH[^]*absolute[^]*SETTLE_MS/);
    expect(() => readAttachmentConfig({ NATS_URL: given.NATS_URL })).toThrow('FILE_ROOT_PATH is missing');
  });
});
