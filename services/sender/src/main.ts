import { startService } from '@tank/messaging';
import { readSenderConfig } from './sender.config.js';
import { SenderModule } from './sender.module.js';

const config = readSenderConfig();
await startService({ service: 'sender', config, module: SenderModule.with(config) });
