import { startService } from '@tank/messaging';
import { readSchedulerConfig } from './scheduler.config.js';
import { SchedulerModule } from './scheduler.module.js';

const config = readSchedulerConfig();
await startService({ service: 'scheduler', config, module: SchedulerModule.with(config) });
