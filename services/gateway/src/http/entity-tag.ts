import { createHash } from 'node:crypto';
import { ApiProblem, fieldProblem } from '../problem.js';

/**
 * The revision of what is shown. What is read carries a digest, too: some of what it shows moves without being changed by anybody, such as
 * the next firings of a schedule, and whoever asks whether there is anything new is not to be told no for that.
 */
export function entityTag(revision: number, read?: unknown): string {
  return read === undefined ? `"${revision}"` : `"${revision}-${createHash('sha256').update(JSON.stringify(read)).digest('hex').slice(0, 16)}"`;
}

/**
 * The revision that a change was decided by; null: whatever is there. A proxy that compresses makes a weak tag of ours: it is still the same revision.
 * @throws ApiProblem 428 without If-Match, 422 for what is no ETag of ours.
 */
export function askedRevision(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined) throw preconditionRequired();
  const asked = ifMatch.trim();
  if (asked === '*') return null;
  const [, revision] = /^(?:W\/)?"(\d{1,9})(?:-[0-9a-f]+)?"$/.exec(asked) ?? [];
  if (revision === undefined) {
    throw fieldProblem('If-Match', ['If-Match takes the ETag of one answer, in its quotes.', 'If-Match에는 응답 하나의 ETag를 따옴표까지 그대로 넣습니다.'],
      ['Send it as it came, such as "3", or * for whatever is there.', '받은 그대로(예: "3") 보내거나, 현재 내용과 무관하게 바꾸려면 *를 보내세요.']);
  }
  return Number(revision);
}

/** By If-None-Match: whoever asks has this already. */
export function isKnown(tag: string, ifNoneMatch: string | undefined): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(tag) || known.includes('*');
}

function preconditionRequired(): ApiProblem {
  return new ApiProblem({
    status: 428,
    code: 'PRECONDITION_REQUIRED',
    detail: [
      'Others may change this, too: the request has to say in If-Match what it was decided by.', '여러 사람이 바꿀 수 있는 항목입니다. 어떤 내용을 보고 바꾸는지 If-Match로 알려야 합니다.',
    ],
    field: 'If-Match',
    remedy: ['GET it first, and send the ETag of that answer as If-Match; * changes whatever is there.', '먼저 GET으로 조회하고 그 응답의 ETag를 If-Match로 보내세요. *는 현재 내용과 무관하게 바꿉니다.'],
  });
}
