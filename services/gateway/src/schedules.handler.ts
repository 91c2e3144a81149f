import type { Schedule } from '@tank/contracts';
import { askedChange } from './asked-change.js';
import { groupsOf, type HandlersOf, type Services } from './handlers.js';
import type { OwnFolders } from './automations/own-folders.js';

type Schedules = 'createSchedule' | 'listSchedules' | 'getSchedule' | 'changeSchedule' | 'removeSchedule' | 'previewFirings';

export function scheduleHandlers(services: Services, folders: OwnFolders): HandlersOf<Schedules> {
  return {
    createSchedule: async ({ body }) => {
      await folders.checkActive(body.automationId);
      return { ...shown(await services.ask('scheduler.create-schedule', body)), status: 201 };
    },
    listSchedules: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('scheduler.list-schedules', { ...query, groupIds: groupsOf(caller) }) }),
    getSchedule: async ({ params }) => shown(await services.ask('scheduler.get-schedule', { scheduleId: params.id })),
    changeSchedule: async (input, call) => {
      if (input.body.enabled) await folders.checkActive((await services.ask('scheduler.get-schedule', { scheduleId: input.params.id })).automationId);
      const asked = { scheduleId: input.params.id, ...askedChange(input, call) };
      return shown(await services.ask('scheduler.change-schedule', { ...asked, change: input.body }));
    },
    removeSchedule: async ({ params, revision }) => ({ status: 200, body: await services.ask('scheduler.remove-schedule', { scheduleId: params.id, revision }) }),
    previewFirings: async ({ body }) => ({ status: 200, body: await services.ask('scheduler.preview-firings', body) }),
  };
}

function shown(schedule: Schedule) {
  return { status: 200 as const, body: schedule, revision: schedule.revision };
}
