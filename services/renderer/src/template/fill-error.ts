import type { ErrorCode } from '@tank/contracts';

/** Why a template could not be filled for one mail. The sentence names columns, formats and places, never values. */
export class FillError extends Error {
  constructor(message: string, readonly code: Extract<ErrorCode, 'TEMPLATE_VALUE_MISSING' | 'TEMPLATE_FAILED' | 'MESSAGE_TOO_LARGE'> = 'TEMPLATE_FAILED') {
    super(message);
    this.name = 'FillError';
  }
}
