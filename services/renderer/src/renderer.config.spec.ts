import { readRendererConfig } from './renderer.config.js';

describe('the settings of the renderer', () => {
  const nats = { NATS_URL: 'nats://user:password@127.0.0.1:4222' };

  it('have usable values where none are given', () => {
    expect(readRendererConfig(nats)).toMatchObject({ RENDER_PROCESSES: 1, RENDER_TIME_LIMIT_MS: 5000, RENDER_MEMORY_MB: 192, RENDER_MAX_BYTES: 1_000_000 });
  });

  it('are refused all together, by name', () => {
    expect(() => readRendererConfig({ RENDER_PROCESSES: '0', RENDER_TIME_LIMIT_MS: 'soon' })).toThrow(/NATS_URL[^]*RENDER_PROCESSES[^]*RENDER_TIME_LIMIT_MS/);
  });
});
