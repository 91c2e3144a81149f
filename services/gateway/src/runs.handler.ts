import { explainedMail, explainedRun } from './explain.js';
import { groupsOf, type HandlersOf, type Services } from './handlers.js';
import type { OwnFolders } from './automations/own-folders.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import type { Sight } from './sight.js';

/** A manifest of very many mails takes its time. */
const RESEND_PATIENCE = { timeoutMs: 60_000 };

export function runHandlers(services: Services, sight: Sight, views: RecipientViews, folders: OwnFolders): HandlersOf<'startRun' | 'resendMails' | 'pauseRun' | 'resumeRun' | 'cancelRun' | 'listRuns' | 'getRun' | 'listRunMails'> {
  return {
    startRun: async ({ params, headers, body }, { setHeader, say }) => {
      const idempotencyKey = keyOf(headers, setHeader);
      await folders.checkActive(params.id);
      const run = await services.ask('scheduler.start-run', { automationId: params.id, idempotencyKey, ...body });
      setHeader('Location', `/api/run/${run.runId}`);
      return { status: 202, body: explainedRun(run, say) };
    },
    resendMails: async ({ params, headers, body }, { setHeader, say }) => {
      const idempotencyKey = keyOf(headers, setHeader);
      await folders.checkActive((await services.ask('scheduler.get-run', { runId: params.id })).automationId);
      const run = await services.ask('scheduler.resend-mails', { runId: params.id, idempotencyKey, ...body }, RESEND_PATIENCE);
      setHeader('Location', `/api/run/${run.runId}`);
      return { status: 202, body: explainedRun(run, say) };
    },
    pauseRun: async ({ params, body }, { say }) => ({ status: 200, body: explainedRun(await services.ask('scheduler.pause-run', { runId: params.id, ...body }), say) }),
    resumeRun: async ({ params }, { say }) => ({ status: 200, body: explainedRun(await services.ask('scheduler.resume-run', { runId: params.id }), say) }),
    cancelRun: async ({ params, body }, { say }) => ({ status: 200, body: explainedRun(await services.ask('scheduler.cancel-run', { runId: params.id, ...body }), say) }),
    listRuns: async ({ query }, { caller, say }) => {
      const { items, next } = await services.ask('scheduler.list-runs', { ...query, groupIds: groupsOf(caller) });
      return { status: 200, body: { items: items.map((run) => explainedRun(run, say)), next } };
    },
    getRun: async ({ params }, { say }) => ({ status: 200, body: explainedRun(await services.ask('scheduler.get-run', { runId: params.id }), say) }),
    listRunMails: async ({ params, query: { unmask, reason, ...filters } }, call) => {
      const view = await views.open({ unmask, reason }, filters, call);
      const { items, next } = await services.ask('logs.list-mails', { ...filters, runId: params.id, automationIds: await sight.automationIds(call.caller) });
      // No mails yet, or no such run? Only then is the scheduler needed to read a log.
      if (items.length === 0) await services.ask('scheduler.get-run', { runId: params.id });
      return { status: 200, body: { items: (await view.show(items)).map((mail) => explainedMail(mail, call.say)), next } };
    },
  };
}

/** Told on a problem, too: after a time-out, asking again with this key cannot start a second run. */
function keyOf(headers: { 'idempotency-key'?: string }, setHeader: (name: string, value: string) => void): string {
  const key = headers['idempotency-key'] ?? crypto.randomUUID();
  setHeader('Idempotency-Key', key);
  return key;
}
