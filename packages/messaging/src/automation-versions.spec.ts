import { Refused, TryLater, type AutomationVersion, type Refusal } from '@tank/contracts';
import { AutomationVersions } from './automation-versions.js';
import type { Requester } from './requester.js';

const found = async (versionId: string) => ({ versionId }) as AutomationVersion;
const refusing = (code: Refusal['code']) => () => Promise.reject(new Refused(code, ['no', '(한국어) no']));

/** Versions of a scheduler whose answer a test may change meanwhile. */
function asking(answer: (versionId: string) => Promise<AutomationVersion> = found, options?: { most: number }) {
  const scheduler = { answer, asked: [] as string[] };
  const ask = (_name: string, { versionId }: { versionId: string }) => {
    scheduler.asked.push(versionId);
    return scheduler.answer(versionId);
  };
  return { scheduler, versions: new AutomationVersions({ ask } as unknown as Requester, options) };
}

describe('versions of the scheduler', () => {
  it('are asked for once, also by mails that come at the same time', async () => {
    const { scheduler, versions } = asking();
    expect(await Promise.all(['a', 'a', 'b'].map((id) => versions.get(id)))).toEqual([{ versionId: 'a' }, { versionId: 'a' }, { versionId: 'b' }]);
    expect(await versions.get('a')).toEqual({ versionId: 'a' });
    expect(scheduler.asked).toEqual(['a', 'b']);
  });

  it('are not kept without limit: the least recently used is forgotten', async () => {
    const { scheduler, versions } = asking(found, { most: 2 });
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await versions.get(id);
    expect(scheduler.asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('are kept by the two hundred unless told', async () => {
    const { scheduler, versions } = asking();
    for (let version = 0; version < 200; version++) await versions.get(`v${version}`);
    await versions.get('v0');
    await versions.get('v200');
    scheduler.asked.length = 0;
    await versions.get('v0');
    await versions.get('v1');
    expect(scheduler.asked).toEqual(['v1']);
  });

  it('make all mails wait while the scheduler does not answer, and are then asked for again', async () => {
    const { scheduler, versions } = asking(refusing('UNAVAILABLE'));
    const waiting = await Promise.allSettled([versions.get('a'), versions.get('a')]);
    expect(waiting).toEqual([{ status: 'rejected', reason: expect.any(TryLater) }, { status: 'rejected', reason: expect.any(TryLater) }]);
    scheduler.answer = found;
    expect(await versions.get('a')).toEqual({ versionId: 'a' });
    expect(scheduler.asked).toEqual(['a', 'a']);
  });

  it('that do not exist are a defect, which is not kept either', async () => {
    const { scheduler, versions } = asking(refusing('NOT_FOUND'));
    await expect(versions.get('a')).rejects.toBeInstanceOf(Refused);
    scheduler.answer = found;
    expect(await versions.get('a')).toEqual({ versionId: 'a' });
  });
});
