import { describe, expect, it } from '@jest/globals';
import { connectionSchema, type Connection, type Row } from '@tank/contracts';
import { CONNECTION_ID, sourceDown, sourceWith } from '../../test/fakes.js';
import { GuardedSource } from './guarded-source.js';
import { OpenSources, type Secrets } from './open-sources.js';

const RECHECK_MS = 3_000;

/** One stored connection, whose next answers may be held back. */
class FakeStore {
  revision = 1;
  secrets: Secrets = { password: 'old', walletPassword: 'wallet' };
  reads = 0;
  gate: Promise<void> = Promise.resolve();

  async find(connectionId: string) {
    this.reads += 1;
    const { revision, secrets } = this;
    await this.gate;
    const connection: Connection = connectionSchema.parse({ connectionId, name: 'crm', kind: 'postgres', host: 'db', database: 'crm', user: 'tank', createdAt: '2026-11-20T00:00:00.000Z' });
    return { connection, revision, password: () => secrets.password, walletPassword: () => secrets.walletPassword };
  }
  async revisionOf() {
    return this.revision;
  }
  change(password: string): void {
    this.secrets = { ...this.secrets, password };
    this.revision += 1;
  }
}

function opened() {
  const store = new FakeStore();
  const closed: string[] = [];
  const clock = { now: 0 };
  let logons = 0;
  /** A database whose password is `right`. */
  const open = (_: Connection, { password, walletPassword }: Secrets) => {
    const lookUp = async (): Promise<{ columns: []; rows: Row[] }> => {
      logons += 1;
      if (password !== 'right') throw sourceDown(true);
      return { columns: [], rows: [{ walletPassword }] };
    };
    const source = sourceWith({ name: 'crm', lookUp, warnings: () => [], close: async () => void closed.push(password) });
    return new GuardedSource(source, { resetMs: 60_000, volume: 3 });
  };
  return { store, closed, clock, logons: () => logons, sources: new OpenSources(store, open, RECHECK_MS, () => clock.now) };
}

describe('OpenSources', () => {
  it('keeps a source open, and replaces it within seconds when its connection changes elsewhere', async () => {
    const { store, closed, clock, sources } = opened();
    const [first, same] = await Promise.all([sources.sourceOf(CONNECTION_ID), sources.sourceOf(CONNECTION_ID)]);
    expect(first).toBe(same);
    store.change('right');
    expect(await sources.sourceOf(CONNECTION_ID)).toBe(first);
    clock.now += RECHECK_MS;
    await expect((await sources.sourceOf(CONNECTION_ID)).lookUp('', {})).resolves.toMatchObject({ rows: [{ walletPassword: 'wallet' }] });
    expect(closed).toEqual(['old']);
    await sources.close();
    expect(closed).toEqual(['old', 'right']);
  });

  it('uses a corrected password at once where it was changed, without the open breaker of the wrong one', async () => {
    const { store, logons, sources } = opened();
    const wrong = await sources.sourceOf(CONNECTION_ID);
    for (let at = 0; at < 10; at += 1) await expect(wrong.lookUp('', {})).rejects.toMatchObject({ isLasting: true });
    expect(logons()).toBe(3);
    expect(sources.warnings()).toHaveLength(1);
    store.change('right');
    await sources.changed(CONNECTION_ID);
    await expect((await sources.sourceOf(CONNECTION_ID)).lookUp('', {})).resolves.toMatchObject({ rows: [{}] });
    expect(logons()).toBe(4);
    expect(sources.warnings()).toEqual([]);
    await sources.close();
  });

  it('does not keep what it was reading while the connection changed', async () => {
    const { store, sources } = opened();
    let letGo = (): void => {};
    store.gate = new Promise((resolve) => (letGo = resolve));
    const reading = sources.sourceOf(CONNECTION_ID);
    store.change('right');
    const told = sources.changed(CONNECTION_ID);
    letGo();
    const [before] = await Promise.all([reading, told]);
    const after = await sources.sourceOf(CONNECTION_ID);
    expect(after).not.toBe(before);
    await expect(after.lookUp('', {})).resolves.toMatchObject({ rows: [{}] });
    await sources.close();
  });

  it('opens nothing for a change of a connection that is not in use', async () => {
    const { store, sources } = opened();
    await sources.changed(CONNECTION_ID);
    expect(store.reads).toBe(0);
  });
});
