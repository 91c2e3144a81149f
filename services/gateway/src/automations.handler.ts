import type { AutomationVersion, ChangedVersion, VersionSummary } from '@tank/contracts';
import { actorOf, askedChange } from './asked-change.js';
import { changeBasics } from './automations/change-basics.js';
import { groupsOf, type HandlersOf, type Services } from './handlers.js';
import { MatchFiles } from './automations/match-files.js';
import { definitionOnOwnConnection, groupOfNew, refuseForeignConnection } from './automations/own-connection.js';
import type { OwnFolders } from './automations/own-folders.js';
import { PreviewMail } from './automations/preview-mail.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import { sampleRows } from './automations/sample-rows.js';
import { SaveQuery } from './automations/save-query.js';
import { saveTemplate } from './automations/save-template.js';
import { notYet } from './problem.js';
import type { SettingsReader } from './settings.handler.js';
import type { Sight } from './sight.js';
import { TestQuery } from './automations/test-query.js';
import { differencesOf } from './automations/version-differences.js';

type Automations =
  | 'createAutomation' | 'listAutomations' | 'getAutomation' | 'changeAutomation' | 'approveAutomation' | 'activateAutomation' | 'moveAutomation'
  | 'listVersions' | 'getVersion' | 'compareVersions' | 'restoreVersion'
  | 'checkQuery' | 'sampleRows' | 'matchFiles' | 'saveTargetQuery' | 'saveMappingQuery' | 'saveUpdateQuery' | 'saveTemplate' | 'previewTemplate';

export function automationHandlers(services: Services, settings: SettingsReader, sight: Sight, views: RecipientViews, folders: OwnFolders): HandlersOf<Automations> {
  const saveQuery = new SaveQuery(services);
  const testQuery = new TestQuery(services);
  const matchFiles = new MatchFiles(services, views, folders);
  const previewMail = new PreviewMail(services, views, folders);
  return {
    createAutomation: async ({ body: { name, description, groupId: asked, ...definition } }, { caller }) => {
      const groupId = await groupOfNew(services, { groupId: asked, ...definition }, caller);
      await refuseForeignConnection(services, definition.connectionId, groupId);
      await folders.check(groupId, definition.fileRules);
      const body = await services.ask('scheduler.create-automation', { name, description, groupId, definition, by: actorOf(caller) });
      sight.forget();
      return { status: 201, body, revision: body.revision };
    },
    listAutomations: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('scheduler.list-automations', { ...query, groupIds: groupsOf(caller) }) }),
    getAutomation: async ({ params }) => {
      const automation = await services.ask('scheduler.get-automation', { automationId: params.id });
      return { status: 200, body: automation, revision: automation.revision };
    },
    changeAutomation: async (input, call) => changed(await changeBasics(services, folders, input.params.id, askedChange(input, call), input.body)),
    approveAutomation: async (input, call) => {
      await folders.draftOf(input.params.id);
      const { requireApproval: byOther } = await settings.current();
      return changed(await services.ask('scheduler.approve', { automationId: input.params.id, ...askedChange(input, call), byOther }));
    },
    activateAutomation: async (input, call) => {
      await folders.draftOf(input.params.id);
      const { requireApproval } = await settings.current();
      return changed(await services.ask('scheduler.activate', { automationId: input.params.id, ...askedChange(input, call), requireApproval }));
    },
    moveAutomation: async ({ params, body: { groupId } }) => {
      await folders.checkMove(params.id, groupId);
      const body = await services.ask('scheduler.move-automation', { automationId: params.id, groupId });
      sight.forget();
      return { status: 200, body };
    },
    listVersions: async ({ params, query }) => ({ status: 200, body: await services.ask('scheduler.list-versions', { automationId: params.id, ...query }) }),
    getVersion: async ({ params }) => ({ status: 200, body: await numbered(services, params) }),
    compareVersions: async ({ params, query }) => ({ status: 200, body: await compareVersions(services, params, query.from ?? params.number - 1) }),
    restoreVersion: async (input, call) => {
      const { id, number } = input.params;
      await folders.checkFor(id, (await numbered(services, input.params)).definition.fileRules);
      return changed(await services.ask('scheduler.restore-version', { automationId: id, number, ...askedChange(input, call) }));
    },
    checkQuery: async ({ params, body: { purpose, sql } }) => ({ status: 200, body: await testQuery.columnsOf(await definitionOnOwnConnection(services, params.id), purpose, sql) }),
    sampleRows: async ({ params, body }, call) => {
      const definition = await definitionOnOwnConnection(services, params.id);
      const { columns, rows } = await sampleRows(services, definition, body.limit);
      await views.recordRows(rows, definition, call);
      return { status: 200, body: { columns, rows } };
    },
    matchFiles: async ({ params, body }, call) => ({ status: 200, body: await matchFiles.match(params.id, body, call) }),
    saveTargetQuery: (input, call) => saveQuery.save(input.params.id, 'target', input.body, askedChange(input, call), call.say),
    saveMappingQuery: (input, call) => saveQuery.save(input.params.id, 'mapping', input.body, askedChange(input, call), call.say),
    saveUpdateQuery: (input, call) => saveQuery.save(input.params.id, 'update', input.body, askedChange(input, call), call.say),
    saveTemplate: (input, call) => saveTemplate(services, input.params.id, input.body, askedChange(input, call), call.say),
    previewTemplate: async ({ params, body }, call) => ({ status: 200, body: await previewMail.preview(params.id, body, call) }),
  };
}

function changed({ version, revision }: ChangedVersion) {
  return { status: 200 as const, body: version, revision };
}

type Numbered = { id: string; number: number };

function numbered(services: Services, { id, number }: Numbered): Promise<AutomationVersion> {
  return services.ask('scheduler.get-numbered-version', { automationId: id, number });
}

async function compareVersions(services: Services, { id, number }: Numbered, from: number) {
  if (from < 1) throw notYet('from', ['It is the first version: there is none before it.', '첫 버전이어서 비교할 이전 버전이 없습니다.'], ['Name another version as from.', 'from으로 다른 버전을 지정하세요.']);
  const [before, after] = await Promise.all([numbered(services, { id, number: from }), numbered(services, { id, number })]);
  return { from: summaryOf(before), to: summaryOf(after), differences: differencesOf(before.definition, after.definition) };
}

function summaryOf({ definition: _definition, automationName: _name, ...summary }: AutomationVersion): VersionSummary {
  return summary;
}
