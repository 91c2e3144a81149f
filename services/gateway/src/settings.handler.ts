import { DEFAULT_SETTINGS, isDescending, NUMBER_PLACE, pageOf, placeIn, refuseChangedMeanwhile, SETTING_NAMES, type Settings } from '@tank/contracts';
import type { SettingStore } from './adapters/setting-store.js';
import { actorOf } from './asked-change.js';
import type { HandlersOf } from './handlers.js';
import { NetworkList } from './network-list.js';
import { pageAsked } from './pages.js';
import { fieldProblem } from './problem.js';

/** The settings as they are now; a use case asks each time, and they are at most two seconds old. */
export interface SettingsReader {
  current(): Promise<Settings>;
}

export function settingHandlers(settings: Pick<SettingStore, 'current' | 'lastChanges' | 'change' | 'history'>): HandlersOf<'getSettings' | 'changeSettings' | 'listSettingChanges'> {
  const all = async () => {
    const { revision, changes } = await settings.lastChanges();
    const items = SETTING_NAMES.map((name) => {
      const last = changes.find((change) => change.name === name);
      return { name, value: last?.value ?? DEFAULT_SETTINGS[name], byDefault: DEFAULT_SETTINGS[name], changedBy: last?.userName ?? null, changedAt: last?.at ?? null };
    });
    return { status: 200 as const, body: { revision, items }, revision };
  };
  const refuse = async (asked: number | null) => {
    const { revision, changes } = await settings.lastChanges();
    const last = changes.find(({ changeNo }) => changeNo === revision);
    refuseChangedMeanwhile(asked, revision, last ? { by: { userId: last.userId, name: last.userName }, at: new Date(last.at) } : { by: null, at: null });
  };
  return {
    getSettings: all,
    changeSettings: async ({ body: { reason = null, ...changes }, revision }, { caller, client }) => {
      refuseToShutOut(client.address, changes.allowedNetworks ?? []);
      const done = await settings.change(changes, actorOf(caller), reason, revision);
      if (done === 'changed-meanwhile') await refuse(revision);
      return all();
    },
    listSettingChanges: async ({ query: { name = null, ...query } }) => {
      const page = pageAsked(query);
      const [changeNo = null] = placeIn(page, NUMBER_PLACE) ?? [];
      const found = await settings.history(name, changeNo, page.limit + 1, isDescending(page.sort) ? 'DESC' : 'ASC');
      return { status: 200, body: pageOf(found.map((item) => ({ item, place: [item.changeNo] })), page) };
    },
  };
}

/** Whoever shuts himself out could not take it back. */
function refuseToShutOut(address: string, networks: readonly string[]): void {
  if (networks.length === 0 || new NetworkList(networks).has(address)) return;
  throw fieldProblem(
    'allowedNetworks',
    [`You come from ${address}, which is in none of these networks: you would be shut out.`, `현재 접속한 주소 ${address} 가 목록에 없어 접속할 수 없게 됩니다.`],
    ['Add your own address or network, or make the change from an allowed one.', '자신의 주소나 네트워크를 추가하거나 허용할 네트워크에서 변경하세요.'],
  );
}
