import { startService } from '@tank/messaging';
import { readGatewayConfig } from './gateway.config.js';
import { GatewayModule, serveApi } from './gateway.module.js';

const config = readGatewayConfig();
await startService({ service: 'gateway', config, module: GatewayModule.with(config), http: { port: config.PORT, host: config.HOST, configure: serveApi } });
