import { startService } from '@tank/messaging';
import { readRendererConfig } from './renderer.config.js';
import { RendererModule } from './renderer.module.js';

const config = readRendererConfig();
await startService({ service: 'renderer', config, module: RendererModule.with(config) });
