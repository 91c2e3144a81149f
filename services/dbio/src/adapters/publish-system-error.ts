import type { SystemErrorRaised } from '@tank/contracts';
import type { Publisher } from '@tank/messaging';
import { createLog } from '@tank/telemetry';

const log = createLog('dbio');

/**
 * Publishes beside the road: a step that tries later returns nothing that could be published for it. A system error that
 * cannot be stored is at least in the log; it must not keep a mail.
 */
export function publishSystemError(publisher: Publisher): (error: SystemErrorRaised) => Promise<void> {
  return async (raised) => {
    try {
      await publisher.publish(raised);
    } catch (error) {
      log.error('system-error.publish', error, { code: raised.code, runId: raised.runId });
    }
  };
}
