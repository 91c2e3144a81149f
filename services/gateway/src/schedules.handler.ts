import { groupsOf, type HandlersOf, type Services } from './handlers.js';

export function scheduleHandlers(services: Services): HandlersOf<'createSchedule' | 'listSchedules' | 'changeSchedule' | 'removeSchedule' | 'previewFirings'> {
  return {
    createSchedule: async ({ body }) => ({ status: 201, body: await services.ask('scheduler.create-schedule', body) }),
    listSchedules: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('scheduler.list-schedules', { ...query, groupIds: groupsOf(caller) }) }),
    changeSchedule: async ({ params, body }) => ({ status: 200, body: await services.ask('scheduler.change-schedule', { scheduleId: params.id, change: body }) }),
    removeSchedule: async ({ params }) => ({ status: 200, body: await services.ask('scheduler.remove-schedule', { scheduleId: params.id }) }),
    previewFirings: async ({ body }) => ({ status: 200, body: await services.ask('scheduler.preview-firings', body) }),
  };
}
