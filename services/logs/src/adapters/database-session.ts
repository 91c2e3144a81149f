import type { OnApplicationShutdown } from '@nestjs/common';
import type { LogsDb } from '@tank/logs-db';
import type { HealthProbe } from '@tank/messaging';

/** Says whether the Logs DB answers, and lets go of it when the last message is done. */
export class DatabaseSession implements OnApplicationShutdown {
  readonly probe: HealthProbe = {
    name: 'logs-db',
    check: async () => {
      await this.database.query('SELECT 1');
      return { status: 'ok', detail: null };
    },
  };

  constructor(private readonly database: LogsDb) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
