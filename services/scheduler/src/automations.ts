import { randomUUID } from 'node:crypto';
import {
  automationDefinitionSchema, DEFAULT_GROUP, NUMBER_PLACE, pageOf, placeIn, Refused,
  type Actor, type AskedChange, type Automation, type AutomationChange, type AutomationDefinition, type AutomationInput, type AutomationVersion,
  type ChangedVersion, type Page, type PageAsked, type VersionSummary,
} from '@tank/contracts';
import { checkReadable } from './cron.js';
import { instantOf, type NewSchedule } from './schedules.js';

export interface NewAutomation {
  automationId: string;
  versionId: string;
  name: string;
  description: string;
  groupId: string;
  definition: AutomationDefinition;
  schedules: NewSchedule[];
  writtenBy: Actor[];
}

/** Of the automation itself, in whatever version; absent ones stay. */
export interface OwnTexts {
  name?: string | undefined;
  description?: string | undefined;
}

/** What the transaction that changes an automation, one after the other, sees and may do; each change of a version names the version. */
export interface AutomationAtWork {
  automation: Automation;
  numbered(number: number): Promise<AutomationVersion | undefined>;
  name(texts: OwnTexts): Promise<void>;
  /** Makes the draft say this, and a draft where there is none; it is approved no more. @param writtenBy who wrote what it says, besides whoever does it now. */
  writeDraft(definition: AutomationDefinition, writtenBy?: Actor[]): Promise<string>;
  approve(draft: AutomationVersion): Promise<string>;
  /** The former active version retires. */
  activate(draft: AutomationVersion): Promise<string>;
}

export interface VersionsAsked extends Pick<PageAsked, 'limit' | 'sort'> {
  /** The number of the last that is known. */
  after: number | null;
}

export interface AutomationStore {
  /** With its first version, a draft, and schedules that are off. */
  insert(automation: NewAutomation): Promise<void>;
  find(automationId: string): Promise<Automation | undefined>;
  /** False: there is no such automation. */
  move(automationId: string, groupId: string): Promise<boolean>;
  /** Of all groups when null. */
  page(groupIds: string[] | null, asked: PageAsked): Promise<Page<Automation>>;
  version(versionId: string): Promise<AutomationVersion | undefined>;
  numbered(automationId: string, number: number): Promise<AutomationVersion | undefined>;
  versions(automationId: string, asked: VersionsAsked): Promise<VersionSummary[]>;
  /**
   * Changes an automation while nobody else does, and answers with the version that the work names; what it throws leaves all as it was.
   * Undefined: no such automation. @throws Refused CHANGED_MEANWHILE
   */
  changing(automationId: string, asked: AskedChange, work: (at: AutomationAtWork) => Promise<string>): Promise<ChangedVersion | undefined>;
}

/** Automations and their versions: a draft may change, a version that was ever active does not. */
export class Automations {
  constructor(private readonly store: AutomationStore) {}

  /** @throws Refused INVALID for a schedule that cannot be read. */
  async create({ name, description, groupId = DEFAULT_GROUP, definition, schedules, by, writtenBy = [] }: AutomationInput): Promise<Automation> {
    const automationId = randomUUID();
    const kept = schedules.map((schedule): NewSchedule => ({
      ...schedule, automationId, scheduleId: randomUUID(), startAt: instantOf(schedule.startAt), endAt: instantOf(schedule.endAt), enabled: false,
    }));
    kept.forEach((schedule, at) => checkReadable(schedule, `schedules[${at}].`));
    const draft = { versionId: randomUUID(), definition: automationDefinitionSchema.parse(definition), writtenBy: withWriters(writtenBy, [by]) };
    await this.store.insert({ automationId, name, description, groupId, ...draft, schedules: kept });
    return this.get(automationId);
  }

  async get(automationId: string): Promise<Automation> {
    return (await this.store.find(automationId)) ?? noAutomation(automationId);
  }

  list(groupIds: string[] | null, asked: PageAsked): Promise<Page<Automation>> {
    return this.store.page(groupIds, asked);
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
    return (await this.store.numbered(automationId, number)) ?? noVersion(automationId, number);
  }

  /** @throws Refused NOT_FOUND, INVALID */
  async versions(automationId: string, asked: PageAsked): Promise<Page<VersionSummary>> {
    const [after = null] = placeIn(asked, NUMBER_PLACE) ?? [];
    const found = await this.store.versions(automationId, { ...asked, limit: asked.limit + 1, after });
    if (found.length === 0 && after === null) noAutomation(automationId); // each has at least one
    return pageOf(found.map((item) => ({ item, place: [item.number] })), asked);
  }

  /** What the change leaves out stays as it is. @throws Refused NOT_FOUND, CHANGED_MEANWHILE */
  async changeDraft(automationId: string, asked: AskedChange, { change, ...texts }: OwnTexts & { change: AutomationChange }): Promise<ChangedVersion> {
    const isOfTexts = texts.name !== undefined || texts.description !== undefined;
    const changed = await this.store.changing(automationId, asked, async ({ automation: { draftVersion, activeVersion }, name, writeDraft }) => {
      const current = (draftVersion ?? activeVersion)!;
      if (isOfTexts) await name(texts);
      if (isOfTexts && Object.keys(change).length === 0) return current.versionId;
      const definition = automationDefinitionSchema.parse({ ...current.definition, ...change });
      const isSame = draftVersion !== null && JSON.stringify(definition) === JSON.stringify(draftVersion.definition);
      return isSame ? draftVersion.versionId : writeDraft(definition);
    });
    return changed ?? noAutomation(automationId);
  }

  /** Makes the draft say what that version says, by whoever wrote that. @throws Refused NOT_FOUND, CONFLICT, CHANGED_MEANWHILE */
  async restore(automationId: string, asked: AskedChange, number: number): Promise<ChangedVersion> {
    const restored = await this.store.changing(automationId, asked, async ({ automation, numbered, writeDraft }) => {
      if (automation.draftVersion?.number === number) throw new Refused('CONFLICT', [
        `Version ${number} is the draft itself: name an earlier one.`, `버전 ${number}은(는) 현재 초안입니다. 이전 버전을 지정하세요.`,
      ], 'number');
      const version = (await numbered(number)) ?? noVersion(automationId, number);
      return writeDraft(version.definition, version.writtenBy);
    });
    return restored ?? noAutomation(automationId);
  }
}

/** Nobody twice; whoever has written in a draft stays its writer. */
export function withWriters(writers: Actor[], more: Actor[]): Actor[] {
  return more.reduce((all, one) => (all.some(({ userId }) => userId === one.userId) ? all : [...all, one]), writers);
}

function noVersion(automationId: string, number: number): never {
  throw new Refused('NOT_FOUND', [`Automation ${automationId} has no version ${number}.`, `자동화 ${automationId}에 버전 ${number}이(가) 없습니다.`], 'number');
}

export function noAutomation(automationId: string): never {
  throw new Refused('NOT_FOUND', [`There is no automation ${automationId}.`, `자동화 ${automationId}이(가) 없습니다.`], 'automationId');
}
