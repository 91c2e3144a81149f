import { actorOf } from './asked-change.js';
import { AutomationFiles } from './automation-files.js';
import type { HandlersOf, Services } from './handlers.js';
import { savedAs } from './http/content-disposition.js';

export function automationFileHandlers(services: Services): HandlersOf<'exportAutomation' | 'importAutomation' | 'duplicateAutomation'> {
  const files = new AutomationFiles(services);
  return {
    exportAutomation: async ({ params, query }, { setHeader, record }) => {
      const file = await files.export(params.id, query.version);
      await record(query);
      setHeader('Content-Disposition', savedAs(`${file.name}.tank.json`));
      return { status: 200, body: file };
    },
    importAutomation: async ({ body, query }, { caller, say }) => {
      const made = await files.import(body, query.name, actorOf(caller), say);
      return { status: 201, body: made, revision: made.revision };
    },
    duplicateAutomation: async ({ params, body }, { caller, say }) => {
      const made = await files.import(await files.export(params.id), body.name, actorOf(caller), say);
      return { status: 201, body: made, revision: made.revision };
    },
  };
}
