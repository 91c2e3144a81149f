import { randomUUID } from 'node:crypto';
import {
  findColumn, isPresent, mailOf, MESSAGE_VERSION, stopMail,
  type AutomationVersion, type ErrorCode, type MailAttached, type MailRendered, type MailStopped, type Row, type SystemErrorRaised, type Template,
} from '@tank/contracts';
import type { FillFailure } from './press/press-jobs.js';
import type { FilledTemplate } from './template/compile-template.js';

export interface Versions {
  /** @throws TryLater while the scheduler does not answer. */
  get(versionId: string): Promise<AutomationVersion>;
}
export interface TemplateFiller {
  /** @param key names a template that never changes. @throws TryLater */
  fill(key: string | null, template: Template, row: Row, businessDate: string): Promise<({ kind: 'filled' } & FilledTemplate) | FillFailure>;
}
type Rendered = MailRendered | MailStopped | (MailStopped | SystemErrorRaised)[];

/** Fills a mail's subject, HTML and text. A mail without a value it needs fails here, with the names of all that lack. */
export class RenderMail {
  /** Versions whose template was already reported as unusable by this process. */
  private readonly reported = new Set<string>();

  constructor(private readonly versions: Versions, private readonly filler: TemplateFiller, private readonly mostBytes: number) {}

  async render(mail: MailAttached): Promise<Rendered> {
    const { definition } = await this.versions.get(mail.versionId);
    const { template } = definition;
    if (!template) return stop(mail, { code: 'TEMPLATE_FAILED', detail: 'The version has no template: give it one.' });
    const filled = await this.filler.fill(mail.versionId, template, mail.values, mail.businessDate);
    if (filled.kind === 'failed') return this.fail(mail, filled);
    const { subject, html, text } = filled;
    const rendered: MailRendered = {
      v: MESSAGE_VERSION,
      type: 'MailRendered',
      ...mailOf(mail),
      files: mail.files,
      attachmentChecks: mail.attachmentChecks,
      templateCheck: { status: 'OK', detail: null },
      to: addresseeOf(mail.values, definition.recipient),
      subject,
      html,
      text,
    };
    const bytes = Buffer.byteLength(JSON.stringify(rendered));
    if (bytes <= this.mostBytes) return rendered;
    return stop(mail, { code: 'MESSAGE_TOO_LARGE', detail: `The mail with its row takes ${bytes} bytes without its files; ${this.mostBytes} fit: shorten the template or the values.` });
  }

  /** A template that fails every mail is also told once as a system error, not only mail by mail. */
  private fail(mail: MailAttached, failure: FillFailure): Rendered {
    const [detail] = failure.detail;
    const stopped = stop(mail, { code: failure.code, detail });
    if (!failure.isTemplateBroken || this.reported.has(mail.versionId)) return stopped;
    this.reported.add(mail.versionId);
    return [stopped, templateBroken(mail, detail)];
  }
}

function stop(mail: MailAttached, { code, detail }: { code: ErrorCode; detail: string }): MailStopped {
  return stopMail({ ...mail, templateCheck: { status: 'FAIL', detail } }, { outcome: 'FAIL', errorCode: code, errorDetail: detail });
}

/** As the row has it: the sender, who settles, judges the address. */
function addresseeOf(row: Row, recipient: AutomationVersion['definition']['recipient']): MailRendered['to'] {
  const address = textOf(row, recipient?.addressColumn) ?? '';
  const name = textOf(row, recipient?.nameColumn);
  return name === undefined ? { address } : { address, name };
}

function textOf(row: Row, column: string | undefined): string | undefined {
  const name = column === undefined ? undefined : findColumn(row, column);
  const value = name === undefined ? undefined : row[name];
  return isPresent(value) ? String(value) : undefined;
}

function templateBroken({ runId, mailId, versionId }: MailAttached, detail: string): SystemErrorRaised {
  return {
    v: MESSAGE_VERSION,
    type: 'SystemErrorRaised',
    errorId: randomUUID(),
    module: 'TEMPLATE',
    code: 'TEMPLATE_FAILED',
    message: `The template of version ${versionId} cannot be used, no mail of its run is sent: ${detail}`,
    remedy: 'Correct the template in the draft, look at its preview and activate it.',
    runId,
    mailId,
    occurredAt: new Date().toISOString(),
  };
}
