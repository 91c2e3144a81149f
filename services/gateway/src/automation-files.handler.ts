import { AutomationFiles } from './automations/automation-files.js';
import type { HandlersOf, Services } from './handlers.js';
import { savedAs } from './http/content-disposition.js';
import type { OwnFolders } from './automations/own-folders.js';
import type { Sight } from './sight.js';

export function automationFileHandlers(services: Services, sight: Sight, folders: OwnFolders): HandlersOf<'exportAutomation' | 'importAutomation' | 'duplicateAutomation'> {
  const files = new AutomationFiles(services, folders);
  return {
    exportAutomation: async ({ params, query }, { caller, setHeader, record }) => {
      const file = await files.export(params.id, caller, query.version);
      await record({ export: 'automation', ...query });
      setHeader('Content-Disposition', savedAs(`${file.name}.tank.json`));
      return { status: 200, body: file };
    },
    importAutomation: async ({ body, query }, call) => {
      const made = await files.import(body, query, call);
      sight.forget();
      return { status: 201, body: made, revision: made.revision };
    },
    duplicateAutomation: async ({ params, body }, call) => {
      const made = await files.duplicate(params.id, body.name, call);
      sight.forget();
      return { status: 201, body: made, revision: made.revision };
    },
  };
}
