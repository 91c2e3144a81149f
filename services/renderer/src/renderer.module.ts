import { Module, type DynamicModule, type FactoryProvider, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AutomationVersions, HEALTH_PROBES, Requester, type HealthProbe } from '@tank/messaging';
import { Press } from './adapters/press.js';
import { PressFiller } from './adapters/press-filler.js';
import { RenderMail } from './render-mail.js';
import { RenderMailHandler } from './render-mail.handler.js';
import type { RendererConfig } from './renderer.config.js';
import { TryTemplate } from './try-template.js';
import { TryTemplateHandler } from './try-template.handler.js';

/** The press comes up with the service and goes with it. */
class PressLife implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly press: Press) {}

  onApplicationBootstrap(): Promise<void> {
    return this.press.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.press.close();
  }
}

@Module({})
export class RendererModule {
  /** @param pressEntry the program of the press, when it is not the one next to this file */
  static with(config: RendererConfig, pressEntry?: string): DynamicModule {
    return { module: RendererModule, controllers: [RenderMailHandler, TryTemplateHandler], providers: [...press(config, pressEntry), ...useCases(config)] };
  }
}

function press(config: RendererConfig, entry: string | undefined): FactoryProvider[] {
  const settings = { processes: config.RENDER_PROCESSES, timeLimitMs: config.RENDER_TIME_LIMIT_MS, memoryMb: config.RENDER_MEMORY_MB, entry };
  return [
    { provide: Press, useFactory: () => new Press(settings) },
    { provide: PressLife, inject: [Press], useFactory: (running: Press) => new PressLife(running) },
    { provide: PressFiller, inject: [Press], useFactory: (running: Press) => new PressFiller(running) },
    { provide: HEALTH_PROBES, inject: [Press], useFactory: (running: Press) => [pressProbe(running)] },
  ];
}

function useCases(config: RendererConfig): FactoryProvider[] {
  return [
    {
      provide: RenderMail,
      inject: [Requester, PressFiller],
      useFactory: (requester: Requester, filler: PressFiller) => new RenderMail(new AutomationVersions(requester), filler, config.RENDER_MAX_BYTES),
    },
    { provide: TryTemplate, inject: [PressFiller], useFactory: (filler: PressFiller) => new TryTemplate(filler, filler) },
  ];
}

function pressProbe(running: Press): HealthProbe {
  return {
    name: 'press',
    check: async () => {
      const problem = running.problem();
      return problem === null ? { status: 'ok', detail: null } : { status: 'down', detail: problem };
    },
  };
}
