import { Refused, type AutomationVersion } from '@tank/contracts';
import { SchedulerVersions } from './scheduler-versions.js';

function versions(answer: (versionId: string) => Promise<unknown>) {
  const asked: string[] = [];
  const ask = ((_name: string, { versionId }: { versionId: string }) => {
    asked.push(versionId);
    return answer(versionId);
  }) as never;
  return { asked, versions: new SchedulerVersions({ ask }) };
}
const found = async (versionId: string) => ({ versionId }) as AutomationVersion;

describe('versions from the scheduler', () => {
  it('are asked for once, also by mails that come at the same time', async () => {
    const { asked, versions: known } = versions(found);
    expect(await Promise.all([known.find('a'), known.find('a'), known.find('b')])).toEqual([{ versionId: 'a' }, { versionId: 'a' }, { versionId: 'b' }]);
    await known.find('a');
    expect(asked).toEqual(['a', 'b']);
  });

  it('are asked for again after a refusal', async () => {
    let isDown = true;
    const { asked, versions: known } = versions((id) => (isDown ? Promise.reject(new Refused('UNAVAILABLE', 'down')) : found(id)));
    await expect(known.find('a')).rejects.toBeInstanceOf(Refused);
    isDown = false;
    expect(await known.find('a')).toEqual({ versionId: 'a' });
    expect(asked).toEqual(['a', 'a']);
  });

  it('are not kept without limit: the one not used for longest goes', async () => {
    const { asked, versions: known } = versions(found);
    for (let version = 0; version < 200; version++) await known.find(`v${version}`);
    await known.find('v0');
    await known.find('v200');
    asked.length = 0;
    await known.find('v0');
    await known.find('v1');
    expect(asked).toEqual(['v1']);
  });
});
