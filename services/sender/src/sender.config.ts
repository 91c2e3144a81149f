import { readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';

const positive = (remedy: string) => z.coerce.number({ error: remedy }).positive(remedy);

export const senderConfigShape = {
  ...serviceConfigShape,
  LOGS_DB_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'Expected a PostgreSQL address such as postgresql://tank_sender:password@host:5432/tank.' }),
  TANK_SECRET_KEY: z
    .string('What was sent is sealed with it: the same as that of dbio ("openssl rand -base64 32"); keep it.')
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === 32, 'Expected 32 bytes in base64: make one with "openssl rand -base64 32".'),
  FILE_ROOT_PATH: z.string().min(1, 'Name the folder where the recipients\' files are (the NAS mount).'),
  SES_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Expected an AWS region such as ap-northeast-2.'),
  // Both are required: without them the SDK would look for whatever credentials this machine happens to have.
  SES_ACCESS_KEY: z.string().min(1, 'The id of the access key for SES.'),
  SES_SECRET_KEY: z.string().min(1, 'The secret of the access key for SES.'),
  /** Absent: AWS itself. */
  SES_ENDPOINT: z.url({ protocol: /^https?$/, error: 'Expected an address such as http://127.0.0.1:8005.' }).optional(),
  SES_MAX_PER_SECOND: positive('Expected mails per second, such as 10.').optional(),
  SES_MAX_24H: positive('Expected mails in 24 hours, such as 50000.').optional(),
  /** From the start of a call until it counts as unanswered. */
  SES_CALL_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** Mails in hand at the same time, each with its file in memory. */
  SENDER_CONCURRENCY: z.coerce.number().int().min(1).max(500).default(32),
  /** How long a mail's fate is kept. A message older than this could be sent again. */
  LEDGER_DAYS: z.coerce.number().int().min(7, 'Keep at least 7 days: the ledger is what prevents a second mail.').default(90),
  /** How long a mail is kept as it was sent; 0: not at all. No longer than its entry in the ledger. */
  SENT_MAIL_DAYS: z.coerce.number().int().min(0).max(3650).default(90),
};

export type SenderConfig = z.infer<z.ZodObject<typeof senderConfigShape>>;

/** @throws ConfigError naming every setting that is wrong. */
export function readSenderConfig(env?: NodeJS.ProcessEnv): SenderConfig {
  return readConfig(senderConfigShape, env);
}
