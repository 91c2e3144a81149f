import { describe, expect, it } from '@jest/globals';
import { oracleConnection, ORACLE_SETTINGS } from '../../test/scripted-oracle.js';
import { LIMITS } from '../../test/customer-database.js';
import { openSource } from './open-source.js';

const settings = { limits: LIMITS, breaker: { resetMs: 1_000, volume: 3 }, oracle: ORACLE_SETTINGS };
const secrets = { password: 'p', walletPassword: null };

describe('openSource', () => {
  it('opens a connection of either kind, and connects to nothing yet', async () => {
    const oracle = openSource(oracleConnection(1), secrets, settings);
    const postgres = openSource({ ...oracleConnection(1), kind: 'postgres', name: 'crm' }, secrets, settings);
    expect([oracle.name, postgres.name]).toEqual(['customers', 'crm']);
    await Promise.all([oracle.close(), postgres.close()]);
  });

  it('says which setting is missing where a wallet cannot be looked for', () => {
    expect(() => openSource(oracleConnection(1, { wallet: 'crm' }), secrets, settings)).toThrow(
      expect.objectContaining({ isLasting: true, problem: expect.objectContaining({ code: 'SOURCE_WALLET', cause: expect.stringContaining('ORACLE_WALLET_DIR') }) }),
    );
  });
});
