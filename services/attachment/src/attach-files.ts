import { BUSINESS_DATE, mailOf, MESSAGE_VERSION, stopMail, giveBack, TryLater, type AttachedFile, type AutomationVersion, type Given, type MailAttached, type MailMapped, type Row, type RunHalted } from '@tank/contracts';
import { tellApart } from './displayed-name.js';
import type { FileClaims } from './file-claims.js';
import { failed, type MatchedFile, type MatchRule, type RuleMatch } from './match-rule.js';
import type { RootAlarm } from './root-alarm.js';
import { RootUnreachable } from './root-unreachable.js';

export interface Versions {
  /** @throws TryLater while the scheduler does not answer. */
  get(versionId: string): Promise<AutomationVersion>;
}
/** Told how each rule went, for the metrics. */
export type Count = (status: RuleMatch['status']) => void;

const RETRY_AFTER_MS = 10_000;

/** Finds the files of one mail and decides whether it goes on, stops, or takes the whole run with it. */
export class AttachFiles {
  constructor(
    private readonly versions: Versions,
    private readonly matcher: Pick<MatchRule, 'match'>,
    private readonly claims: FileClaims,
    private readonly alarm: RootAlarm,
    private readonly count: Count = () => undefined,
  ) {}

  /** @throws TryLater while a file is fresh, or the scheduler away. */
  async attach(mail: MailMapped): Promise<Given<'attach'>[]> {
    const version = await this.versions.get(mail.versionId);
    try {
      const matches = await this.#match(mail, version);
      return decide(mail, version, matches.map((match) => this.#claim(mail, match)));
    } catch (error) {
      if (!(error instanceof RootUnreachable)) throw error;
      const reason = { reasonCode: 'FILE_ROOT_UNREACHABLE', reason: error.message, retryAfterMs: RETRY_AFTER_MS };
      return [giveBack(mail, reason), ...this.alarm.raise(error, mail.runId)];
    }
  }

  async #match(mail: MailMapped, version: AutomationVersion): Promise<RuleMatch[]> {
    const matches: RuleMatch[] = [];
    for (const rule of version.definition.fileRules) matches.push(await this.matcher.match(rule, valuesOf(mail.values, mail.businessDate)));
    const retryAfterMs = Math.max(...matches.map((match) => match.unsettledMs ?? 0));
    if (retryAfterMs > 0) throw new TryLater('A file was written a moment ago: a second look says whether it is complete.', retryAfterMs);
    return matches;
  }

  /** Claimed even by a mail that will stop for another rule: that two recipients point at one file is wrong in any case. */
  #claim(mail: MailMapped, match: RuleMatch): RuleMatch {
    const lost = match.rule.common ? [] : match.files.filter((file) => !this.claims.take((mail.origin ?? mail).runId, (mail.origin ?? mail).mailId, file));
    const result = lost.length === 0 ? match : failed(match.rule, 'DUPLICATED', 'Another recipient of this run has this very file, or one with the same content.', lost);
    this.count(result.status);
    return result;
  }
}

/** What the patterns know: the row, and the run's business date over a column that has the very same name. */
export function valuesOf(row: Row, businessDate: string): Row {
  return { ...row, [BUSINESS_DATE]: businessDate };
}

/** A file as it travels: without what only this service needs. */
export function attached(files: MatchedFile[]): AttachedFile[] {
  return tellApart(files).map(({ identity: _, ...file }) => file);
}

function decide(mail: MailMapped, version: AutomationVersion, matches: RuleMatch[]): Given<'attach'>[] {
  const attachmentChecks = matches.flatMap(({ checks }) => checks);
  const problem = worst(matches);
  if (!problem) return [{ v: MESSAGE_VERSION, type: 'MailAttached', ...mailOf(mail), files: attached(matches.flatMap(({ files }) => files)), attachmentChecks } satisfies MailAttached];
  const errorDetail = `Rule "${problem.rule.name}": ${problem.detail}`;
  const stopped = stopMail({ ...mail, attachmentChecks }, { outcome: 'SKIPPED', errorCode: problem.status, errorDetail });
  return problem.rule.onMissing === 'stop' ? [haltRun(mail, version, problem, errorDetail), stopped] : [stopped];
}

interface Problem extends RuleMatch {
  status: 'NOT_FOUND' | 'INVALID' | 'DUPLICATED';
}

/** The problem that decides: one that stops the run, else the first. Only an absent file may be left out, and only if so agreed. */
function worst(matches: RuleMatch[]): Problem | undefined {
  const problems = matches.filter((match): match is Problem => match.status !== 'FOUND' && !(match.status === 'NOT_FOUND' && match.rule.onMissing === 'send'));
  return problems.find(({ rule }) => rule.onMissing === 'stop') ?? problems[0];
}

function haltRun(mail: MailMapped, version: AutomationVersion, problem: Problem, errorDetail: string): RunHalted {
  const reason = `Automation "${version.automationName}", row ${mail.row}: ${errorDetail} The rule stops the run.`;
  return { v: MESSAGE_VERSION, type: 'RunHalted', runId: mail.runId, status: 'FAIL', reasonCode: problem.status, reason };
}
