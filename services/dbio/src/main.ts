import { startService } from '@tank/messaging';
import { readDbioConfig } from './dbio.config.js';
import { DbioModule } from './dbio.module.js';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => stopping.abort());

const config = readDbioConfig();
await startService({ service: 'dbio', config, module: DbioModule.with(config, stopping.signal) });
