import { readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';

const rendererConfigShape = {
  ...serviceConfigShape,
  /** Processes that fill templates; each takes about 60 MB and fills some thousand mails a second. */
  RENDER_PROCESSES: z.coerce.number().int().min(1).max(16).default(1),
  /** Filling one mail takes about a millisecond; whatever takes this long twice is stopped and fails. */
  RENDER_TIME_LIMIT_MS: z.coerce.number().int().min(100).max(60_000).default(5000),
  RENDER_MEMORY_MB: z.coerce.number().int().min(64).max(2048).default(192),
  /** A mail with its row, without its files; NATS takes 1 MiB in one message, headers included. */
  RENDER_MAX_BYTES: z.coerce.number().int().min(10_000).max(8_000_000).default(1_000_000),
};
export type RendererConfig = z.infer<z.ZodObject<typeof rendererConfigShape>>;

export function readRendererConfig(env: NodeJS.ProcessEnv = process.env): RendererConfig {
  return readConfig(rendererConfigShape, env);
}
