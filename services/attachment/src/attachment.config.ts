import { readConfig, serviceConfigShape } from '@tank/messaging';
import { isAbsolute } from 'node:path';
import { z } from 'zod';

const milliseconds = (least: number) => z.coerce.number().int().min(least).max(600_000);

const shape = {
  ...serviceConfigShape,
  FILE_ROOT_PATH: z.string({ error: 'Expected the absolute path of the directory that holds the files, e.g. /mnt/nas.' })
    .refine(isAbsolute, 'Expected an absolute path such as /mnt/nas.'),
  /** How often directories in use are looked at; 0: the file system's events. Absent: by the kind of the mount. */
  FILE_ROOT_POLL_MS: milliseconds(0).optional(),
  /** A NAS that does not answer for so long is away. */
  FILE_ROOT_TIMEOUT_MS: milliseconds(100).default(15_000),
  /** A file touched within this time is looked at twice … */
  STILL_WRITING_MS: milliseconds(0).default(2000),
  /** … so far apart. */
  SETTLE_MS: milliseconds(0).default(1000),
};
export type AttachmentConfig = z.infer<z.ZodObject<typeof shape>>;

/** @throws ConfigError naming every setting that is wrong. */
export function readAttachmentConfig(env?: NodeJS.ProcessEnv): AttachmentConfig {
  return readConfig(shape, env);
}
