import { afterEach, describe, expect, it } from '@jest/globals';
import { connectionInputSchema } from '@tank/contracts';
import { OracleError } from '../../../../../../embedded/oracle-net/backend.ts';
import { dictionaryOfGoodDatabase, keptByCp949, keptByKsc5601, scriptDictionary, type Dictionary } from '../../../../test/scripted-dictionary.js';
import { ORACLE_LIMITS, ScriptedOracle } from '../../../../test/scripted-oracle.js';
import { exitCodeOf, type Finding, type Level } from './finding.js';
import { runSelfcheck } from './run-selfcheck.js';
import { planFor } from './selfcheck-plan.js';

const byId = (findings: Finding[]) => Object.fromEntries(findings.map((finding) => [finding.id, finding]));
const idsOf = (findings: Finding[], level: Level) => findings.flatMap((finding) => (finding.level === level ? [finding.id] : []));

describe('a self-check says of a database', () => {
  let oracle: ScriptedOracle;
  afterEach(() => oracle.close());

  const stoppable = (started: ScriptedOracle) => started.backend.on(/CONNECT BY LEVEL/, { hang: true });
  async function check(change: (dictionary: Dictionary) => void, started: Parameters<typeof ScriptedOracle.start>[0] = {}): Promise<Finding[]> {
    oracle = await ScriptedOracle.start(started);
    const dictionary = dictionaryOfGoodDatabase();
    scriptDictionary(oracle.backend, dictionary);
    change(dictionary);
    const { user, password, connectString } = oracle.logon;
    const input = connectionInputSchema.parse({ name: 'self-check', kind: 'oracle', user, password, connectString });
    const settings = { clientMode: 'thin', clientLibDir: null, tnsAdmin: null, walletDir: null } as const;
    return runSelfcheck(planFor({ input, password, settings, limits: { ...ORACLE_LIMITS, connectMs: 5_000, askMs: 5_000 }, queries: [], updateTable: null, rowLimit: 1 }));
  }

  it('of KO16MSWIN949 which characters it loses', async () => {
    const findings = await check((dictionary) => Object.assign(dictionary, { characterSet: 'KO16MSWIN949', keeps: keptByCp949 }));
    expect(exitCodeOf(findings)).toBe(2);
    expect(byId(findings)).toMatchObject({ 'character-set': { level: 'warning' }, korean: { level: 'ok' }, 'beyond-cp949': { level: 'warning', figure: ['lost: é😀𠮷', expect.anything()] } });
  });

  it('of KO16KSC5601 that it loses syllables of names', async () => {
    const findings = await check((dictionary) => Object.assign(dictionary, { characterSet: 'KO16KSC5601', keeps: keptByKsc5601 }));
    expect(byId(findings)).toMatchObject({ 'character-set': { level: 'warning' }, korean: { level: 'warning', figure: ['lost: 똠펲뷁', expect.anything()] } });
  });

  it('of US7ASCII that Korean does not survive in it', async () => {
    const findings = await check((dictionary) => Object.assign(dictionary, { characterSet: 'US7ASCII', keeps: (text: string) => text.replace(/[^\x20-\x7e]/gu, '?') }));
    expect(exitCodeOf(findings)).toBe(1);
    expect(byId(findings).korean).toMatchObject({ level: 'failed', figure: [expect.anything(), expect.stringContaining('한글고객님')] });
  });

  it('of another national character set what thin mode cannot read', async () => {
    expect(idsOf(await check((dictionary) => (dictionary.nationalCharacterSet = 'UTF8')), 'warning')).toEqual(['national-character-set']);
  });

  it('that only the old verifier is there', async () => {
    const findings = await check((dictionary) => (dictionary.passwordVersions = '10G '), { accounts: { TANK: { password: 'tank', verifier: '11g' } } });
    expect(byId(findings)['password-verifier']).toMatchObject({ level: 'warning', figure: ['10G', expect.anything()], remedy: [expect.stringContaining('NJS-116'), expect.anything()] });
  });

  it('that the password is about to expire, by the warning of the logon and by the dictionary', async () => {
    const expiryDate = { year: 2026, month: 11, day: 25, hour: 0, minute: 0, second: 0, nanosecond: 0 };
    const findings = await check((dictionary) => Object.assign(dictionary, { accountStatus: 'EXPIRED(GRACE)', expiryDate }), {
      accounts: { TANK: { password: 'tank', warning: new OracleError(28002, 'the password will expire within 5 days') } },
    });
    expect(exitCodeOf(findings)).toBe(2);
    expect(byId(findings)).toMatchObject({
      'logon-warning': { level: 'warning', figure: [expect.stringContaining('ORA-28002'), expect.anything()] },
      account: { level: 'warning', figure: ['EXPIRED(GRACE), the password expires on 2026-11-25 (5 days)', expect.stringContaining('5일')] },
    });
  });

  it('that its profile allows fewer sessions than the pool has', async () => {
    expect(idsOf(await check((dictionary) => (dictionary.limits.SESSIONS_PER_USER = '4')), 'warning')).toEqual(['profile']);
  });

  it('that it is a standby, where nothing can be written back', async () => {
    expect(idsOf(await check((dictionary) => (dictionary.environment.DATABASE_ROLE = 'PHYSICAL STANDBY')), 'warning')).toEqual(['database-role']);
  });

  it('that the logon was made as SYSDBA', async () => {
    expect(idsOf(await check((dictionary) => (dictionary.environment.ISDBA = 'TRUE')), 'failed')).toEqual(['logon-user']);
  });

  it('that a statement past its time limit is stopped and the session goes on', async () => {
    const findings = await check(() => stoppable(oracle));
    expect(exitCodeOf(findings)).toBe(0);
    expect(byId(findings)['time-limit']).toMatchObject({ level: 'ok', figure: [expect.stringMatching(/stopped after \d{3} ms \(NJS-123\)/), expect.anything()] });
    expect(oracle.server.seen.counts).toMatchObject({ breaks: 1, logons: 2 });
    expect(oracle.backend.sessions.size).toBe(0);
  });
});
