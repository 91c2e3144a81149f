import type { Actor } from './account.js';
import { Refused, type InBoth } from './endings.js';

/** Who changes something, and the revision that the change was decided by; null: whatever it is. */
export interface AskedChange {
  revision: number | null;
  by: Actor;
}
/** Null where it is not known. */
export interface LastChange {
  by: Actor | null;
  at: Date | null;
}

/**
 * To be asked while nobody else can change it.
 * @param asked what the change was decided by.
 * @throws Refused CHANGED_MEANWHILE, saying who changed it last and when.
 */
export function refuseChangedMeanwhile(asked: number | null, revision: number, last: LastChange): void {
  if (asked === null || asked === revision) return;
  const [who, whoKo] = whoAndWhen(last);
  throw new Refused('CHANGED_MEANWHILE', [
    `It was changed meanwhile${who}, and nothing of this change was kept: read it as it is now (GET), and send the change with the ETag of that answer.`,
    `그사이 내용이 변경되어${whoKo} 이번 변경은 저장하지 않았습니다. 현재 내용을 다시 조회(GET)하고, 그 응답의 ETag로 다시 변경하세요.`,
  ]);
}

function whoAndWhen({ by, at }: LastChange): InBoth {
  if (at === null) return ['', ''];
  const when = at.toISOString();
  return by === null ? [` (at ${when})`, `(${when})`] : [` (by ${by.name} at ${when})`, `(${by.name}, ${when})`];
}
