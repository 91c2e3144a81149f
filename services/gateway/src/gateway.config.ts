import { readConfig, serviceConfigShape } from '@tank/messaging';
import { z } from 'zod';
import { isLoopback } from './http/loopback.js';

export const gatewayConfigShape = {
  ...serviceConfigShape,
  HOST: z.string().default('127.0.0.1').refine(isLoopback, {
    error: 'Tank has no accounts yet: whoever reaches it can send mail and read recipients. So it listens on this machine only; use 127.0.0.1, ::1 or localhost, and an SSH tunnel to reach it from elsewhere.',
  }),
  /** 0: a free one. */
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
};
export type GatewayConfig = z.infer<z.ZodObject<typeof gatewayConfigShape>>;

export function readGatewayConfig(env?: NodeJS.ProcessEnv): GatewayConfig {
  return readConfig(gatewayConfigShape, env);
}
