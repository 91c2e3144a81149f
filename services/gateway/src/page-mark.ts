import { fieldProblem, type ApiProblem } from './problem.js';

/** `after` is not the `next` of a page. */
export function notOurMark(): ApiProblem {
  return fieldProblem('after', ['The page mark is not one of ours.', '페이지 표시가 올바르지 않습니다.'],
    ['Give back `next` of the page before, unchanged, or leave `after` out.', '이전 페이지의 `next`를 그대로 보내거나 `after`를 빼세요.']);
}

/** The number that a mark stands for. @throws ApiProblem 422 */
export function numberIn(mark: string): number {
  if (!/^[1-9]\d{0,14}$/.test(mark)) throw notOurMark();
  return Number(mark);
}
