import { describe, expect, it } from '@jest/globals';
import { OracleError } from './backend.ts';
import { FaultScript, type Fault } from './faults.ts';

const ERROR = new OracleError(60, 'deadlock detected');

describe('the script of faults', () => {
  it('gives each fault once, in order, where it belongs', () => {
    const faults = new FaultScript();
    faults.add({ at: 'execute', do: 'cut' }, { at: 'execute', do: 'hang' }, { at: 'commit', do: { error: ERROR } });
    expect([faults.take('fetch', false), faults.take('execute', false), faults.take('execute', false), faults.take('execute', false)]).toEqual([null, 'cut', 'hang', null]);
    expect(faults.take('commit', false)).toEqual({ error: ERROR });
  });

  it('counts, matches SQL, and tells before from afterwards', () => {
    const faults = new FaultScript();
    faults.add({ at: 'execute', matching: /people/, do: 'cut', times: 2 }, { at: 'commit', do: 'cut', afterwards: true });
    expect(['select 1 from dual', 'select * from people', 'update people', 'people'].map((sql) => faults.take('execute', false, sql))).toEqual([null, 'cut', 'cut', null]);
    expect([faults.take('commit', false), faults.take('commit', true)]).toEqual([null, 'cut']);
  });

  it('forgets all when cleared, and lets go of what hangs', async () => {
    const faults = new FaultScript();
    faults.add({ at: 'ping', do: 'hang', times: Infinity });
    expect(faults.take('ping', false)).toBe('hang');
    const hanging = faults.hang((over) => over);
    expect(faults.hanging).toBe(1);
    faults.clear();
    await hanging;
    expect([faults.take('ping', false), faults.hanging]).toEqual([null, 0]);
  });

  const nonsense: Fault[] = [
    { at: 'execute', do: 'refuse' }, { at: 'accept', do: { error: ERROR } }, { at: 'commit', do: { cutAfterRows: 1 } },
    { at: 'ping', do: { rowDelayMs: 1 } }, { at: 'logon', do: 'cut', afterwards: true },
  ];
  it.each(nonsense)('refuses what makes no sense: %j', (fault) => expect(() => new FaultScript().add(fault)).toThrow(RangeError));
});
