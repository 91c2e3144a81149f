import { Refused } from '@tank/contracts';

/** `after` is not the `next` of a page. */
export function notOurPageMark(options?: ErrorOptions): Refused {
  return new Refused('INVALID', [
    'The page mark is not one of ours: give back `next` of the page before, unchanged, or leave `after` out.',
    '페이지 표시가 올바르지 않습니다. 이전 페이지의 `next`를 그대로 보내거나 `after`를 빼세요.',
  ], 'after', options);
}
