import { describe, expect, it } from '@jest/globals';
import { connectionLimitsSchema, type Connection } from '@tank/contracts';
import { limitsFor, type SourceLimits } from './source-limits.js';

const SETTINGS: SourceLimits = { connectMs: 3_000, askMs: 5_000, fetchMs: 300_000, lookUpMs: 10_000, updateMs: 20_000, poolSize: 8, tls: 'off' };
const connection = (limits: object, tls: Connection['tls'] = null) => ({ limits: connectionLimitsSchema.parse(limits), tls });

describe('limitsFor', () => {
  it('is what the settings say where the connection says nothing', () => expect(limitsFor(connection({}), SETTINGS)).toEqual(SETTINGS));

  it('takes the shorter time of each statement, and leaves the logon alone', () => {
    expect(limitsFor(connection({ statementTimeoutMs: 8_000 }), SETTINGS)).toEqual({ ...SETTINGS, askMs: 5_000, fetchMs: 8_000, lookUpMs: 8_000, updateMs: 8_000 });
    expect(limitsFor(connection({ statementTimeoutMs: 3_600_000 }), SETTINGS)).toEqual(SETTINGS);
    expect(limitsFor(connection({ statementTimeoutMs: 100 }), SETTINGS).connectMs).toBe(3_000);
  });

  it.each([1, 100])('replaces the pool by the ceiling of the connection: %d', (poolMax) => expect(limitsFor(connection({ poolMax }), SETTINGS).poolSize).toBe(poolMax));

  it('replaces the encryption, also by none', () => {
    expect(limitsFor(connection({}, 'verify'), SETTINGS).tls).toBe('verify');
    expect(limitsFor(connection({}, 'off'), { ...SETTINGS, tls: 'on' }).tls).toBe('off');
  });
});
