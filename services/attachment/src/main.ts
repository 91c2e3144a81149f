import { startService } from '@tank/messaging';
import { readAttachmentConfig } from './attachment.config.js';
import { AttachmentModule } from './attachment.module.js';

const config = readAttachmentConfig();
await startService({ service: 'attachment', config, module: AttachmentModule.with(config) });
