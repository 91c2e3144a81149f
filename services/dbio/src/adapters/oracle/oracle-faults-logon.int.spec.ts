import { beforeAll, describe, expect, it } from '@jest/globals';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import type { DialectName } from '../../../../../embedded/oracle-net/dialects.ts';
import type { Fault, FaultAction, FaultPlace } from '../../../../../embedded/oracle-net/faults.ts';
import { FaultyOracle, mixed, MOST_MS, PATIENT_LIMITS, warmUp } from '../../../test/faulty-oracle.js';
import type { Verb } from '../../../test/source-verbs.js';

/*
 * What may go wrong before a session is there, for everything that needs one. Some of it is the listener's, who speaks alike
 * in every release; a logon differs with the release.
 */
interface LogonFault {
  name: string;
  begin(oracle: FaultyOracle): unknown;
  end(oracle: FaultyOracle): unknown;
  problem: { code: string; databaseCodes?: string[] };
  isLasting?: boolean;
  /** Only its deadline ends it. */
  hangs?: boolean;
}

const account = (refusal?: OracleError, password = 'tank') => (oracle: FaultyOracle) => void (oracle.backend.accounts.TANK = { password, ...(refusal ? { refusal } : {}) });
const always = (at: FaultPlace, action: FaultAction, over: Partial<Fault> = {}): Pick<LogonFault, 'begin' | 'end'> => ({
  begin: (oracle) => oracle.server.faults.add({ at, do: action, times: Infinity, ...over }),
  end: (oracle) => oracle.server.faults.clear(),
});
const instance = (number: number, text: string): Pick<LogonFault, 'begin' | 'end'> => ({
  begin: ({ backend }) => void (backend.openError = new OracleError(number, text)),
  end: ({ backend }) => void (backend.openError = null),
});
const lasting = (code: string, ...databaseCodes: string[]) => ({ problem: { code, databaseCodes }, isLasting: true });
const passing = (code: string, ...databaseCodes: string[]) => ({ problem: { code, databaseCodes } });
/** Before the logon the driver may be the first to say so, by its own number. */
const HANGING = { problem: { code: 'SOURCE_TIMEOUT' }, hangs: true };

const AT_THE_LISTENER: LogonFault[] = [
  {
    name: 'an unknown service', begin: ({ backend }) => backend.services.delete('ORCL'), end: ({ backend }) => backend.services.add('ORCL'),
    ...passing('SOURCE_UNKNOWN_SERVICE', 'ORA-12514', 'NJS-518'),
  },
  { name: 'a refusal by the listener', ...always('connect', 'refuse'), ...passing('SOURCE_FULL', 'ORA-12516', 'NJS-511') },
  {
    name: 'an instance that takes nobody', ...always('connect', { error: new OracleError(12528, 'all instances are blocking new connections') }),
    ...passing('SOURCE_DOWN', 'ORA-12528', 'NJS-511'),
  },
  {
    name: 'nobody listening', begin: ({ server }) => server.stopListening(), end: ({ server }) => server.listenAgain(),
    ...passing('SOURCE_REFUSED', 'ORA-12541', 'NJS-503'),
  },
  { name: 'a hang after accept', ...always('accept', 'hang'), ...HANGING },
  { name: 'a hang in CONNECT', ...always('connect', 'hang'), ...HANGING },
  { name: 'a cut after accept', ...always('accept', 'cut'), problem: { code: 'SOURCE_CUT_OFF' } }, // NJS-503 or NJS-501, as the reset comes before or after CONNECT
  { name: 'a cut in CONNECT', ...always('connect', 'cut'), ...passing('SOURCE_CUT_OFF', 'NJS-500', 'NJS-521') },
];
const IN_THE_LOGON: LogonFault[] = [
  { name: 'a wrong password', begin: account(undefined, 'another'), end: account(), ...lasting('SOURCE_WRONG_PASSWORD', 'ORA-01017') },
  { name: 'a locked account', begin: account(new OracleError(28000, 'The account is locked.')), end: account(), ...lasting('SOURCE_ACCOUNT_LOCKED', 'ORA-28000') },
  { name: 'an expired password', begin: account(new OracleError(28001, 'The password has expired.')), end: account(), ...lasting('SOURCE_PASSWORD_EXPIRED', 'ORA-28001') },
  { name: 'a hang in the logon', ...always('logon', 'hang'), ...HANGING },
  { name: 'a hang at the end of the logon', ...always('session', 'hang'), ...HANGING },
  { name: 'a hang while the session is prepared', ...always('execute', 'hang', { matching: /^ALTER SESSION/ }), ...HANGING },
  { name: 'a cut in the logon', ...always('logon', 'cut'), ...passing('SOURCE_CUT_OFF', 'NJS-500', 'NJS-521') },
  { name: 'a cut at the end of the logon', ...always('session', 'cut'), ...passing('SOURCE_CUT_OFF', 'NJS-500', 'NJS-521') },
  { name: 'a cut while the session is prepared', ...always('execute', 'cut', { matching: /^ALTER SESSION/ }), ...passing('SOURCE_CUT_OFF', 'NJS-500', 'NJS-521') },
  { name: 'an instance that is starting', ...instance(1033, 'ORACLE initialization or shutdown in progress'), ...passing('SOURCE_DOWN', 'ORA-01033') },
  { name: 'an instance that is down', ...instance(1034, 'ORACLE not available'), ...passing('SOURCE_DOWN', 'ORA-01034') },
];

const ALL_VERBS: Verb[] = ['a connect test', 'a check', 'a sample', 'the first rows of a Target Query', 'a look-up', 'an update'];
const ONE_OF_EACH_KIND: Verb[] = ['a connect test', 'the first rows of a Target Query', 'a look-up'];
const cells = (faults: LogonFault[], dialect: DialectName, verbs: Verb[]) => faults.flatMap((fault) => verbs.map((verb) => ({ ...fault, dialect, verb })));
const CELLS = [
  ...cells(AT_THE_LISTENER, '23ai', ALL_VERBS), ...cells(IN_THE_LOGON, '23ai', ALL_VERBS),
  ...cells(IN_THE_LOGON, '19c', [...ONE_OF_EACH_KIND, 'an update']), ...cells(IN_THE_LOGON.slice(0, 4), '12.1', ONE_OF_EACH_KIND),
];
const WORDS = { message: expect.any(String), cause: expect.any(String), remedy: expect.any(String) };
const KOREAN = { message: expect.stringMatching(/[가-힣]/), cause: expect.stringMatching(/[가-힣]/), remedy: expect.stringMatching(/[가-힣]/) };

beforeAll(warmUp);

describe('whoever meets', () => {
  const cells = mixed(CELLS, ({ hangs = false }) => hangs);

  it.concurrent.each(cells)('$name with $verb ($dialect) hears of it in time, and gets in when it is over', async ({ begin, end, problem, dialect, verb, ...is }) => {
    const { isLasting = false, hangs = false } = is;
    let now = Date.now();
    const oracle = await FaultyOracle.start(dialect, { now: () => now, ...(hangs ? {} : { limits: PATIENT_LIMITS }) });
    try {
      await begin(oracle);
      const failure = await oracle.failureOf(verb);
      expect(failure.problem).toMatchObject({ ...problem, ...WORDS, ko: KOREAN });
      if (verb !== 'a connect test') expect(failure.isLasting).toBe(isLasting); // its answer is for a person, who sees what to do
      if (hangs) expect(failure.tookMs).toBeLessThan(MOST_MS);
      await end(oracle);
      now += 60_000; // Tank itself tries a refused logon again after a minute
      await oracle.expectWellBeing(verb);
    } finally {
      await oracle.close();
    }
  });

  it('an unknown SID hears of that, and gets in when it is known', async () => {
    const oracle = await FaultyOracle.start('19c', { limits: PATIENT_LIMITS });
    try {
      const connectString = `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${oracle.server.port}))(CONNECT_DATA=(SID=CRM)))`;
      const source = oracle.open({ limits: PATIENT_LIMITS, connection: { host: null, port: null, database: null, connectString } });
      const unknown = { code: 'SOURCE_UNKNOWN_SERVICE', databaseCodes: ['ORA-12505', 'NJS-519'] };
      for (const verb of ALL_VERBS) expect((await oracle.failureOf(verb, source)).problem).toMatchObject(unknown);
      oracle.backend.services.add('CRM');
      for (const verb of ALL_VERBS) await oracle.expectWellBeing(verb, source);
      await source.close();
    } finally {
      await oracle.close();
    }
  });
});
