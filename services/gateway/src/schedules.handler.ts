import type { HandlersOf, Services } from './handlers.js';

export function scheduleHandlers(services: Services): HandlersOf<'createSchedule' | 'listSchedules'> {
  return {
    createSchedule: async ({ body }) => ({ status: 201, body: await services.ask('scheduler.create-schedule', body) }),
    listSchedules: async ({ query }) => ({ status: 200, body: await services.ask('scheduler.list-schedules', query) }),
  };
}
