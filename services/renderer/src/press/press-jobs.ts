import type { ErrorCode, InBoth, Row, Template } from '@tank/contracts';
import type { FilledTemplate, TemplateProblem } from '../template/compile-template.js';

/** What the renderer asks of its press, the process in which templates are read and filled. */
export type PressJob =
  | { kind: 'check'; template: Template }
  /** `key` names a template that never changes; with a null template the press uses the one it remembers by that key. */
  | { kind: 'fill'; key: string | null; template: Template | null; row: Row; businessDate: string };

export type FillFailure = {
  kind: 'failed';
  code: Extract<ErrorCode, 'TEMPLATE_VALUE_MISSING' | 'TEMPLATE_FAILED' | 'MESSAGE_TOO_LARGE'>;
  detail: InBoth;
  /** The template itself is at fault: it fails every mail. */
  isTemplateBroken: boolean;
};
export type PressAnswer =
  | { kind: 'checked'; columns: string[]; problems: TemplateProblem[] }
  | ({ kind: 'filled' } & FilledTemplate)
  | FillFailure
  | { kind: 'needs-template' }
  | { kind: 'defect'; detail: string };

/** Sent once, when the press can take jobs. */
export const PRESS_READY = { kind: 'ready' } as const;
