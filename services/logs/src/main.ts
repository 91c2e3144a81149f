import { startService } from '@tank/messaging';
import { readLogsConfig } from './logs.config.js';
import { LogsModule } from './logs.module.js';

const config = readLogsConfig();
await startService({ service: 'logs', config, module: LogsModule.with(config) });
