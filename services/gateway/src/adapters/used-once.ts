import { createHash } from 'node:crypto';
import type { GatewayDatabase } from './gateway-database.js';

/** Remembers, for all replicas, what is good once. */
export class UsedOnce {
  constructor(private readonly db: GatewayDatabase) {}

  /** True the first time. `expiresAt`: until when the thing would hold. */
  async use(thing: string, expiresAt: Date): Promise<boolean> {
    const digest = createHash('sha256').update(thing).digest();
    return (await this.db.query('INSERT INTO used_once (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING digest', [digest, expiresAt])).length > 0;
  }
}
