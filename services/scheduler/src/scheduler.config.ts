import { readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';

const milliseconds = (least: number, usual: number) => z.coerce.number().int().min(least).default(usual);

export const schedulerConfigShape = {
  ...serviceConfigShape,
  LOGS_DB_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'Expected the address of the Logs DB, such as postgres://tank_scheduler:password@host:5432/tank.' }),
  /** The most mails of all runs together that may be on the road; usually it is what the account sends in two seconds. */
  WINDOW: z.coerce.number().int().min(1).max(10_000).default(1000),
  /** A mail that was dispatched and has not been logged by then is published again; the sender's ledger answers for it. */
  REDISPATCH_AFTER_MS: milliseconds(100, 120_000),
  /** A run whose manifest nobody writes by then is announced again; doubled each time, since a query may take long. */
  SELECT_AGAIN_AFTER_MS: milliseconds(100, 120_000),
  /** How long a leader that went silent keeps the others waiting. */
  LEADER_LEASE_MS: milliseconds(500, 5_000),
  /**
   * From the stop of a run until a row that came back from the road is canceled. By then every sender knows of the stop and
   * a call that began before has its answer: the sum of its caches, its intent and its call time-out.
   */
  STOP_GRACE_MS: milliseconds(0, 30_000),
  /** Days after the end of a run when the values of its rows are erased. */
  MANIFEST_VALUES_DAYS: z.coerce.number().min(0).max(3650).default(7),
};
export type SchedulerConfig = z.infer<z.ZodObject<typeof schedulerConfigShape>>;

export function readSchedulerConfig(env?: NodeJS.ProcessEnv): SchedulerConfig {
  return readConfig(schedulerConfigShape, env);
}
