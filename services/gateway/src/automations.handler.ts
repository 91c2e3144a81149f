import { changeBasics } from './change-basics.js';
import { checkFileRules } from './check-file-rules.js';
import type { HandlersOf, Services } from './handlers.js';
import { PreviewMail } from './preview-mail.js';
import { SaveQuery } from './save-query.js';
import { saveTemplate } from './save-template.js';

type Automations =
  | 'createAutomation' | 'listAutomations' | 'getAutomation' | 'changeAutomation' | 'activateAutomation'
  | 'saveTargetQuery' | 'saveMappingQuery' | 'saveUpdateQuery' | 'saveTemplate' | 'previewTemplate';

export function automationHandlers(services: Services): HandlersOf<Automations> {
  const saveQuery = new SaveQuery(services);
  const previewMail = new PreviewMail(services);
  return {
    createAutomation: async ({ body: { name, description, ...definition } }) => {
      checkFileRules(definition.fileRules);
      return { status: 201, body: await services.ask('scheduler.create-automation', { name, description, definition }) };
    },
    listAutomations: async ({ query }) => ({ status: 200, body: await services.ask('scheduler.list-automations', query) }),
    getAutomation: async ({ params }) => ({ status: 200, body: await services.ask('scheduler.get-automation', { automationId: params.id }) }),
    changeAutomation: async ({ params, body }) => ({ status: 200, body: await changeBasics(services, params.id, body) }),
    activateAutomation: async ({ params }) => ({ status: 200, body: await services.ask('scheduler.activate', { automationId: params.id }) }),
    saveTargetQuery: ({ params, body }, { say }) => saveQuery.save(params.id, 'target', body, say),
    saveMappingQuery: ({ params, body }, { say }) => saveQuery.save(params.id, 'mapping', body, say),
    saveUpdateQuery: ({ params, body }, { say }) => saveQuery.save(params.id, 'update', body, say),
    saveTemplate: ({ params, body }, { say }) => saveTemplate(services, params.id, body, say),
    previewTemplate: async ({ params, body }) => ({ status: 200, body: await previewMail.preview(params.id, body) }),
  };
}
