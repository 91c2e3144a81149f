import { randomUUID } from 'node:crypto';
import {
  automationDefinitionSchema, DEFAULT_GROUP, Refused,
  type Automation, type AutomationChange, type AutomationDefinition, type AutomationInput, type AutomationVersion, type VersionSummary,
} from '@tank/contracts';
import { missingForActivation } from './missing-for-activation.js';
import { notOurPageMark } from './page-mark.js';

export interface NewAutomation {
  automationId: string;
  versionId: string;
  name: string;
  description: string;
  groupId: string;
  definition: AutomationDefinition;
}

export interface AutomationStore {
  /** With its first version, a draft. */
  insert(automation: NewAutomation): Promise<void>;
  find(automationId: string): Promise<Automation | undefined>;
  /** False: there is no such automation. */
  move(automationId: string, groupId: string): Promise<boolean>;
  /** Oldest first; of all groups when null. */
  page(groupIds: string[] | null, limit: number, after: string | null): Promise<{ items: Automation[]; next: string | null }>;
  version(versionId: string): Promise<AutomationVersion | undefined>;
  numbered(automationId: string, number: number): Promise<AutomationVersion | undefined>;
  /** Newest first, those before the number. */
  versions(automationId: string, limit: number, before: number | null): Promise<VersionSummary[]>;
  /** Changes the draft, or makes one from the active version. Undefined: no such automation. */
  changeDraft(automationId: string, newVersionId: string, change: (current: AutomationDefinition) => AutomationDefinition): Promise<AutomationVersion | undefined>;
  /** Makes the version that `check` returns the active one and retires the former; what `check` throws leaves all as it was. */
  activate(automationId: string, check: (automation: Automation) => AutomationVersion): Promise<AutomationVersion | undefined>;
}

/** Automations and their versions: a draft may change, a version that was ever active does not. */
export class Automations {
  constructor(private readonly store: AutomationStore) {}

  async create({ name, description, groupId = DEFAULT_GROUP, definition }: AutomationInput): Promise<Automation> {
    const automationId = randomUUID();
    await this.store.insert({ automationId, versionId: randomUUID(), name, description, groupId, definition: automationDefinitionSchema.parse(definition) });
    return this.get(automationId);
  }

  async get(automationId: string): Promise<Automation> {
    return (await this.store.find(automationId)) ?? noAutomation(automationId);
  }

  list(groupIds: string[] | null, limit: number, after: string | null): Promise<{ items: Automation[]; next: string | null }> {
    return this.store.page(groupIds, limit, after);
  }

  /** Its runs, schedules and mails go along: they are known by it. */
  async move(automationId: string, groupId: string): Promise<Automation> {
    if (!(await this.store.move(automationId, groupId))) noAutomation(automationId);
    return this.get(automationId);
  }

  async version(versionId: string): Promise<AutomationVersion> {
    const version = await this.store.version(versionId);
    if (!version) throw new Refused('NOT_FOUND', [`There is no automation version ${versionId}.`, `자동화 버전 ${versionId}이(가) 없습니다.`], 'versionId');
    return version;
  }

  async numbered(automationId: string, number: number): Promise<AutomationVersion> {
    const version = await this.store.numbered(automationId, number);
    if (!version) throw new Refused('NOT_FOUND', [`Automation ${automationId} has no version ${number}.`, `자동화 ${automationId}에 버전 ${number}이(가) 없습니다.`], 'number');
    return version;
  }

  /** @throws Refused NOT_FOUND, INVALID */
  async versions(automationId: string, limit: number, after: string | null): Promise<{ items: VersionSummary[]; next: string | null }> {
    const found = await this.store.versions(automationId, limit + 1, after === null ? null : numberIn(after));
    if (found.length === 0 && after === null) noAutomation(automationId); // each has at least one
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? String(items.at(-1)!.number) : null };
  }

  /** What the change leaves out stays as it is. */
  async changeDraft(automationId: string, change: AutomationChange): Promise<AutomationVersion> {
    const changed = await this.store.changeDraft(automationId, randomUUID(), (current) => automationDefinitionSchema.parse({ ...current, ...change }));
    return changed ?? noAutomation(automationId);
  }

  /** @throws Refused CONFLICT with everything that is missing or unchecked, in one message. */
  async activate(automationId: string): Promise<AutomationVersion> {
    const active = await this.store.activate(automationId, ({ draftVersion, activeVersion }) => {
      if (!draftVersion) throw new Refused('CONFLICT', [
        `There is no draft to activate: version ${activeVersion?.number} is active. Change the automation first.`,
        `활성화할 초안이 없습니다. 버전 ${activeVersion?.number}을(를) 사용 중입니다. 먼저 자동화를 변경하세요.`,
      ]);
      const missing = missingForActivation(draftVersion.definition);
      if (missing.length > 0) {
        throw new Refused('CONFLICT', [
          `Version ${draftVersion.number} cannot be activated. ${missing.map(({ sentence }) => sentence[0]).join(' ')}`,
          `버전 ${draftVersion.number}을(를) 활성화할 수 없습니다. ${missing.map(({ sentence }) => sentence[1]).join(' ')}`,
        ], missing[0]!.field);
      }
      return draftVersion;
    });
    return active ?? noAutomation(automationId);
  }
}

function numberIn(after: string): number {
  if (/^[1-9]\d{0,8}$/.test(after)) return Number(after);
  throw notOurPageMark();
}

function noAutomation(automationId: string): never {
  throw new Refused('NOT_FOUND', [`There is no automation ${automationId}.`, `자동화 ${automationId}이(가) 없습니다.`], 'automationId');
}
