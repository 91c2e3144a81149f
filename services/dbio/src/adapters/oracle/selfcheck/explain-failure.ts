import type { Connection } from '@tank/contracts';
import type { Sentence } from '../../../problem.js';
import { QueryFailed, SourceFailed } from '../../../source.js';
import { driverError, isOfDriver } from '../driver-error.js';
import { explainOracle, type SentQuery } from '../oracle-problems.js';
import type { Finding, Subject } from './finding.js';

/** What went wrong, explained as everywhere in Tank; `isGone`: nothing more can be asked. */
export interface Explained {
  figure: Sentence;
  remedy: Sentence | null;
  isGone: boolean;
}

/** @throws the error itself where it is neither the database's nor about a query: a mistake of ours. */
export function explainFailure(error: unknown, connection: Connection, during: 'connect' | 'call', query?: SentQuery): Explained {
  const explained = isOfDriver(error) ? explainOracle(driverError(error), { connection, during, query }) : error;
  if (explained instanceof SourceFailed) {
    const { problem } = explained;
    const codes = problem.databaseCodes.length > 0 ? ` (${problem.databaseCodes.join(', ')})` : '';
    return { figure: [problem.message + codes, problem.ko.message + codes], remedy: told([problem.cause, problem.remedy], [problem.ko.cause, problem.ko.remedy]), isGone: true };
  }
  if (!(explained instanceof QueryFailed)) throw explained;
  const { error: { line, column, cause, remedy, ko }, summary, summaryKo } = explained;
  const place = line === null ? ['', ''] : [` (line ${line}, column ${column})`, ` (${line}행 ${column}열)`];
  return { figure: [summary + place[0], summaryKo + place[1]], remedy: told([cause, remedy], [ko?.cause ?? null, ko?.remedy ?? null]), isGone: false };
}

export function asFinding(subject: Subject, { figure, remedy }: Explained): Finding {
  return subject.failed(figure, remedy);
}

function told(english: (string | null)[], korean: (string | null)[]): Sentence | null {
  const joined = (parts: (string | null)[]) => parts.filter((part) => part !== null).join(' ');
  return joined(english) === '' ? null : [joined(english), joined(korean)];
}
