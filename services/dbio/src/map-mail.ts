import { giveBack, mailOf, MESSAGE_VERSION, Refused, stopMail, type Given, type MailDue, type MailGivenBack, type MailMapped, type RunHalted } from '@tank/contracts';
import type { Alarms } from './alarms.js';
import { mergeMapping, MappingUnusable } from './merge-mapping.js';
import { alarmWords, queryAlarm, sourceAlarm, TRIED_AGAIN, type AlarmWords } from './problem.js';
import { QueryFailed, ReadingForbidden, SourceFailed, type Sources } from './source.js';
import { orTryLater, type Versions } from './versions.js';

const SOURCE_RETRY_MS = 10_000;
const BUSY_RETRY_MS = 1_000;

type Ending = Given<'map'> | Given<'map'>[];

/** Looks a recipient's values up in the source just before the send. No mail fails because the source is down. */
export class MapMail {
  constructor(private readonly versions: Versions, private readonly sources: Sources, private readonly alarms: Alarms) {}

  /** @throws TryLater while the scheduler or Tank's own database does not answer. */
  async mapMail(mail: MailDue): Promise<Ending> {
    const { mapping, connectionId, recipient } = (await this.versions.get(mail.versionId)).definition;
    if (!mapping) return mapped(mail, mail.values);
    try {
      if (!connectionId) throw new Refused('NOT_FOUND', ['The version has no connection.', '버전에 연결이 없습니다.'], 'connectionId');
      const source = await orTryLater(this.sources.sourceOf(connectionId));
      const found = await source.lookUp(mapping.sql, mail.values);
      return mapped(mail, mergeMapping(mail.values, found, recipient?.keyColumn));
    } catch (error) {
      return this.endingFor(mail, connectionId ?? mail.versionId, error);
    }
  }

  private async endingFor(mail: MailDue, about: string, error: unknown): Promise<Ending> {
    if (error instanceof MappingUnusable) return stopMail(mail, { outcome: 'FAIL', errorCode: error.code, errorDetail: error.message });
    if (error instanceof Refused && error.refusal.code === 'NOT_FOUND') {
      return this.pause(mail, about, 'CONNECTION_MISSING', CONNECTION_MISSING);
    }
    if (error instanceof QueryFailed) return this.endingForQuery(mail, about, error);
    if (!(error instanceof SourceFailed)) throw error;
    const { code, message } = error.problem;
    if (error instanceof ReadingForbidden) return backLater(mail, code, message, error.retryAfterMs);
    if (error.isLasting) return this.pause(mail, about, code, sourceAlarm(error.problem));
    await this.alarms.raise({ about, code, ...sourceAlarm(error.problem), runId: mail.runId });
    return backLater(mail, 'SOURCE_DOWN', message, SOURCE_RETRY_MS);
  }

  private async endingForQuery(mail: MailDue, about: string, error: QueryFailed): Promise<Ending> {
    if (error.blame === 'row') return stopMail(mail, { outcome: 'FAIL', errorCode: 'MAPPING_FAILED', errorDetail: `The Mapping Query failed for this recipient's values: ${error.summary}` });
    if (error.blame === 'moment') {
      await this.alarms.raise({ about, code: 'SOURCE_BUSY', ...queryAlarm(QUERY_FAILED, error, TRIED_AGAIN), runId: mail.runId });
      return backLater(mail, 'SOURCE_BUSY', error.summary, BUSY_RETRY_MS);
    }
    return this.pause(mail, about, 'MAPPING_QUERY_FAILED', queryAlarm(QUERY_FAILED, error, CORRECT_IT));
  }

  /** Every row of the run would meet this: it pauses and says why, and this mail waits with it. */
  private async pause(mail: MailDue, about: string, reasonCode: string, words: AlarmWords): Promise<[RunHalted, MailGivenBack]> {
    const reason = words.message;
    await this.alarms.raise({ about, code: reasonCode, ...words, runId: mail.runId });
    const halted: RunHalted = { v: MESSAGE_VERSION, type: 'RunHalted', runId: mail.runId, status: 'PAUSED', reasonCode, reason };
    return [halted, backLater(mail, reasonCode, reason, SOURCE_RETRY_MS)];
  }
}

const CONNECTION_MISSING = alarmWords(
  ['The connection of this automation does not exist any more.', '자동화의 연결이 더 이상 없습니다.'],
  ['Choose another connection.', '다른 연결을 선택하세요.'],
);
const QUERY_FAILED = ['The Mapping Query failed', '매핑 쿼리를 실행하지 못했습니다'] as const;
const CORRECT_IT = ['Correct the Mapping Query.', '매핑 쿼리를 고치세요.'] as const;

function mapped(mail: MailDue, values: MailDue['values']): MailMapped {
  return { v: MESSAGE_VERSION, type: 'MailMapped', ...mailOf(mail), values };
}

function backLater(mail: MailDue, reasonCode: string, reason: string, retryAfterMs: number): MailGivenBack {
  return giveBack(mail, { reasonCode, reason, retryAfterMs });
}
