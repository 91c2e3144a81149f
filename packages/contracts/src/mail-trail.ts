import { z } from 'zod';
import type { StepName } from './pipeline.js';

/**
 * Where a mail leaves a mark, in the order of the road. `dispatch` is the scheduler's; `settle` stands where a mail got its outcome beside the road:
 * a doubt by evidence, or a row that was canceled before it was dispatched.
 */
export const TRAIL_STEPS = ['dispatch', 'map', 'attach', 'render', 'send', 'settle', 'update', 'log'] as const satisfies readonly (StepName | 'dispatch' | 'settle')[];

export const mailStepSchema = z.object({
  step: z.enum(TRAIL_STEPS),
  /** When it ended, by the clock of its service. `log`: when it began to be written. */
  at: z.iso.datetime(),
  /** Work in this step at its last try, of a batch as a whole; null where it is not known. */
  durationMs: z.int().nonnegative().nullable(),
  /** What went wrong here, if anything did. */
  note: z.string().nullable(),
  /** How often it was begun; of `dispatch`, the number of the dispatch. */
  tries: z.int().positive(),
});
export type MailStep = z.infer<typeof mailStepSchema>;

/*
 * Written it is one short line, in a header and in a column: `step,epoch ms,duration ms,tries,note` with `;` in between, such as
 * `dispatch,1763596800000,,1,;map,1763596800020,4,1,`
 */
const WRITTEN_STEP = new RegExp(`^(${TRAIL_STEPS.join('|')}),(\\d{13}),(\\d{0,9}),([1-9]\\d{0,5}),([A-Z][A-Z0-9_]{0,39})?$`);
const NOTE = /^[A-Z][A-Z0-9_]{0,39}$/;
/** Two whole ways and a settlement have a third of this. Longer is not a trail of ours. */
export const TRAIL_LIMIT = 2_000;

/** One step as it is written. What does not fit is left out: a trail never keeps a mail. */
export function writeStep({ step, at, durationMs, note, tries }: Omit<MailStep, 'at'> & { at: number }): string {
  const duration = durationMs === null ? '' : Math.min(999_999_999, Math.max(0, Math.round(durationMs)));
  return `${step},${Math.round(at)},${duration},${Math.min(999_999, Math.max(1, tries))},${note !== null && NOTE.test(note) ? note : ''}`;
}

/** The steps of a written trail. Those that are unreadable, or unknown here, are not among them. */
export function readTrail(written: string | null | undefined): MailStep[] {
  if (!written || written.length > TRAIL_LIMIT) return [];
  return written.split(';').flatMap((entry) => {
    const found = WRITTEN_STEP.exec(entry);
    if (!found) return [];
    const [, step, at, duration, tries, note] = found;
    return [{ step: step as MailStep['step'], at: new Date(Number(at)).toISOString(), durationMs: duration === '' ? null : Number(duration), note: note ?? null, tries: Number(tries) }];
  });
}

/**
 * A trail with one step more. A step that is its last one already was begun before: the new word stands, and the tries add up. One without a beginning
 * stays without: half a trail would say that steps were skipped. One that becomes too long is dropped.
 */
export function extendTrail(written: string | null | undefined, next: Parameters<typeof writeStep>[0]): string {
  if (!written) return '';
  const entries = written.split(';').filter((entry) => WRITTEN_STEP.test(entry));
  if (entries.length === 0) return '';
  const again = WRITTEN_STEP.exec(entries.at(-1)!)!;
  if (again[1] === next.step) entries.pop();
  const extended = [...entries, writeStep(again[1] === next.step ? { ...next, tries: next.tries + Number(again[4]) } : next)].join(';');
  return extended.length > TRAIL_LIMIT ? '' : extended;
}
