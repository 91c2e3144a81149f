import { MESSAGE_VERSION, TryLater, type AutomationDefinition, type MailRecorded, type MailSettled, type Row } from '@tank/contracts';
import type { Alarms } from './alarms.js';
import { MappingUnusable, mergeMapping } from './merge-mapping.js';
import { alarmWords, queryAlarm, sourceAlarm, storyOf, TRIED_AGAIN, type AlarmWords, type Sentence } from './problem.js';
import { QueryFailed, SourceFailed, type Source, type Sources, type UpdateResult } from './source.js';
import { updateValues } from './update-values.js';
import { orTryLater, type Versions } from './versions.js';

export type WriteBackEnding = MailRecorded | TryLater | Error;

const RETRY_MS = 5_000;
const BUSY_RETRY_MS = 1_000;

/**
 * Writes what became of each mail back into the customer's database. No update is lost while the source is down: the mail
 * waits; but not for ever, so that its run can end. A failed update never touches the outcome.
 */
export class WriteBack {
  constructor(
    private readonly versions: Versions,
    private readonly sources: Sources,
    private readonly alarms: Alarms,
    /** How long after a mail was settled its update is tried again, in milliseconds. */
    private readonly giveUpAfterMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** One ending for each mail, in their order. Mails of one version are updated together; a version that fails leaves the others alone. */
  async writeBack(mails: MailSettled[]): Promise<WriteBackEnding[]> {
    const endings = new Map<MailSettled, WriteBackEnding>();
    const groups = Map.groupBy(mails, ({ versionId }) => versionId);
    await Promise.all([...groups].map(([versionId, group]) => this.writeGroup(versionId, group, endings)));
    return mails.map((mail) => endings.get(mail)!);
  }

  private async writeGroup(versionId: string, group: MailSettled[], endings: Map<MailSettled, WriteBackEnding>): Promise<void> {
    try {
      const { definition } = await this.versions.get(versionId);
      const due = group.filter(({ outcome }) => definition.update?.after.includes(outcome));
      for (const mail of group) endings.set(mail, recorded(mail, null, null));
      if (due.length > 0) await this.updateGroup(definition, due, endings);
    } catch (error) {
      for (const mail of group) endings.set(mail, error as Error);
    }
  }

  private async updateGroup(definition: AutomationDefinition, due: MailSettled[], endings: Map<MailSettled, WriteBackEnding>): Promise<void> {
    let left = due;
    try {
      if (!definition.connectionId) throw new Error('The version has an Update Query and no connection.');
      const source = await orTryLater(this.sources.sourceOf(definition.connectionId));
      const mapped = await this.mapLate(source, definition, due, endings);
      left = due.filter((mail) => mapped.has(mail));
      if (left.length === 0) return;
      const results = await source.update(definition.update!.sql, left.map((mail) => updateValues({ ...mail, values: mapped.get(mail)! }, source.timeZone)));
      for (const [at, mail] of left.entries()) endings.set(mail, await this.endingOf(mail, results[at]!));
    } catch (error) {
      for (const mail of left) endings.set(mail, await this.endingWithout(mail, error as Error));
    }
  }

  /** The values of each mail; those settled long after their way have only the target's, and their mapping is looked up first. */
  private async mapLate(source: Source, { mapping, recipient }: AutomationDefinition, due: MailSettled[], endings: Map<MailSettled, WriteBackEnding>): Promise<Map<MailSettled, Row>> {
    const values = new Map<MailSettled, Row>();
    await Promise.all(due.map(async (mail) => {
      try {
        values.set(mail, mail.isUnmapped && mapping ? mergeMapping(mail.values, await source.lookUp(mapping.sql, mail.values), recipient?.keyColumn) : mail.values);
      } catch (error) {
        endings.set(mail, error instanceof MappingUnusable ? recorded(mail, 'N', error.message) : await this.endingWithout(mail, error as Error));
      }
    }));
    return values;
  }

  private async endingOf(mail: MailSettled, result: UpdateResult): Promise<WriteBackEnding> {
    if ('failed' in result) return this.endingWithout(mail, result.failed);
    return result.changed > 0 ? recorded(mail, 'Y', null) : recorded(mail, 'N', 'The Update Query changed no row.');
  }

  /** The update did not happen: again later where that can help, and as N where it cannot. */
  private async endingWithout(mail: MailSettled, error: Error): Promise<WriteBackEnding> {
    if (error instanceof QueryFailed && error.blame !== 'moment') {
      if (error.blame === 'query') await this.alarm(mail, 'UPDATE_QUERY_FAILED', queryAlarm(QUERY_FAILED, error, CORRECT_IT));
      return recorded(mail, 'N', error.summary);
    }
    const isPassing = error instanceof QueryFailed || error instanceof SourceFailed || error instanceof TryLater;
    if (!isPassing) return error;
    if (this.now() - Date.parse(mail.settledAt) >= this.giveUpAfterMs) return this.giveUp(mail, error);
    if (error instanceof SourceFailed) await this.alarm(mail, error.problem.code, sourceAlarm(error.problem));
    if (error instanceof QueryFailed) await this.alarm(mail, 'SOURCE_BUSY', queryAlarm(QUERY_FAILED, error, TRIED_AGAIN));
    return error instanceof TryLater ? error : new TryLater(error.message, error instanceof QueryFailed ? BUSY_RETRY_MS : RETRY_MS, { cause: error });
  }

  private async giveUp(mail: MailSettled, error: Error): Promise<MailRecorded> {
    await this.alarm(mail, 'UPDATE_GIVEN_UP', givenUp(error));
    return recorded(mail, 'N', error.message);
  }

  private alarm(mail: MailSettled, code: string, words: AlarmWords): Promise<void> {
    return this.alarms.raise({ about: mail.versionId, code, ...words, runId: mail.runId });
  }
}

const QUERY_FAILED = ['The Update Query failed', '업데이트 쿼리를 실행하지 못했습니다'] as const;
const CORRECT_IT = [
  'Correct the Update Query in a new version, and write back the mails with UPDATE_QUERY_OK = N by hand.',
  '새 버전에서 업데이트 쿼리를 고치고, UPDATE_QUERY_OK = N인 메일은 직접 반영하세요.',
] as const;

function givenUp(error: Error): AlarmWords {
  const [english, korean] = whyNot(error);
  return alarmWords(
    [`Outcomes were not written back: ${english}`, `발송 결과를 고객 DB에 기록하지 못했습니다: ${korean}`],
    ['Mails with UPDATE_QUERY_OK = N are in the log: write them back by hand.', '로그에서 UPDATE_QUERY_OK = N인 메일을 직접 반영하세요.'],
  );
}

function whyNot(error: Error): Sentence {
  if (error instanceof SourceFailed) return storyOf(error.problem);
  return error instanceof QueryFailed ? [error.summary, error.summaryKo] : [error.message, error.message];
}

function recorded(mail: MailSettled, updateQueryOk: 'Y' | 'N' | null, updateError: string | null): MailRecorded {
  return { ...mail, v: MESSAGE_VERSION, type: 'MailRecorded', updateQueryOk, updateError };
}
