import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AutomationVersions, HEALTH_PROBES, Requester, type HealthProbe } from '@tank/messaging';
import { createLog, metrics } from '@tank/telemetry';
import { NasRoot } from './adapters/nas-root.js';
import { AttachFiles } from './attach-files.js';
import { AttachFilesHandler } from './attach-files.handler.js';
import type { AttachmentConfig } from './attachment.config.js';
import { FileClaims } from './file-claims.js';
import { MatchRule } from './match-rule.js';
import { PreviewFiles } from './preview-files.js';
import { PreviewFilesHandler } from './preview-files.handler.js';
import { RootAlarm } from './root-alarm.js';

@Module({})
export class AttachmentModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(NasRoot) private readonly root: NasRoot) {}

  static with(config: AttachmentConfig): DynamicModule {
    return {
      module: AttachmentModule,
      controllers: [AttachFilesHandler, PreviewFilesHandler],
      providers: [
        { provide: NasRoot, useFactory: () => openableRoot(config) },
        { provide: MatchRule, useFactory: (root: NasRoot) => new MatchRule(root), inject: [NasRoot] },
        { provide: AttachFiles, useFactory: attachFiles, inject: [Requester, MatchRule] },
        { provide: PreviewFiles, useFactory: (matcher: MatchRule) => new PreviewFiles(matcher), inject: [MatchRule] },
        { provide: HEALTH_PROBES, useFactory: (root: NasRoot) => [rootProbe(root), watchProbe(root)], inject: [NasRoot] },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.root.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.root.close();
  }
}

function openableRoot(config: AttachmentConfig): NasRoot {
  const log = createLog('attachment');
  return new NasRoot({
    rootPath: config.FILE_ROOT_PATH,
    timeoutMs: config.FILE_ROOT_TIMEOUT_MS,
    stillWritingMs: config.STILL_WRITING_MS,
    settleMs: config.SETTLE_MS,
    pollMs: config.FILE_ROOT_POLL_MS,
    onWatchProblem: (error) => log.warn('file-root.watch', { code: (error as NodeJS.ErrnoException).code }),
  });
}

function attachFiles(requester: Requester, matcher: MatchRule): AttachFiles {
  const checks = metrics.counter('tank_attachment_checks_total', 'File rules applied to mails, by what they found.', ['status']);
  return new AttachFiles(new AutomationVersions(requester), matcher, new FileClaims(), new RootAlarm(), (status) => checks.inc({ status }));
}

function rootProbe(root: NasRoot): HealthProbe {
  return {
    name: 'file-root',
    check: async () => {
      await root.assertReachable();
      return { status: 'ok', detail: null };
    },
  };
}

function watchProbe(root: NasRoot): HealthProbe {
  return { name: 'file-watch', check: async () => ({ status: root.watchProblem ? 'degraded' : 'ok', detail: root.watchProblem }) };
}
