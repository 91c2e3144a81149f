import { Refused, TryLater } from '@tank/contracts';
import type { Requester } from '@tank/messaging';
import { SchedulerVersions } from './scheduler-versions.js';

function asking(answer: (versionId: string) => unknown = (versionId) => ({ versionId })) {
  const asked: string[] = [];
  const ask = async (_name: string, { versionId }: { versionId: string }) => {
    asked.push(versionId);
    return answer(versionId);
  };
  return { asked, versions: new SchedulerVersions({ ask } as unknown as Requester, 2) };
}

describe('versions of the scheduler', () => {
  it('are asked for once, also by many at a time', async () => {
    const { asked, versions } = asking();
    await Promise.all(['a', 'a', 'a'].map((id) => versions.get(id)));
    expect(await versions.get('a')).toEqual({ versionId: 'a' });
    expect(asked).toEqual(['a']);
  });

  it('are forgotten, the least recently used first', async () => {
    const { asked, versions } = asking();
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await versions.get(id);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('make the mail wait while the scheduler is away, and are asked for again', async () => {
    let isAway = true;
    const { versions } = asking((versionId) => {
      if (isAway) throw new Refused('UNAVAILABLE', 'away');
      return { versionId };
    });
    await expect(versions.get('a')).rejects.toBeInstanceOf(TryLater);
    isAway = false;
    expect(await versions.get('a')).toEqual({ versionId: 'a' });
  });

  it('that do not exist are a defect', async () => {
    const { versions } = asking(() => {
      throw new Refused('NOT_FOUND', 'no such version');
    });
    await expect(versions.get('a')).rejects.toBeInstanceOf(Refused);
  });
});
