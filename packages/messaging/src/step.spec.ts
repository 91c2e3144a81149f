import { giveBack, stopMail, type MailAttached, type MailDue, type MailMapped, type MailSettled, type Message } from '@tank/contracts';
import { BatchStep, Step } from './step.js';

// The checks below are made by the compiler: a line that is expected not to compile, and does, fails `npm run check`.
class Handlers {
  @Step('map')
  async right(mail: MailDue): Promise<MailMapped> {
    return { ...mail, type: 'MailMapped' };
  }

  @Step('map')
  async givesBack(mail: MailDue): Promise<Message<'MailGivenBack'>[]> {
    return [giveBack(mail, { reasonCode: 'SOURCE_DOWN', reason: 'x', retryAfterMs: 1 })];
  }

  // @ts-expect-error attach takes MailMapped, not MailDue
  @Step('attach')
  async takesTheWrongMessage(mail: MailDue): Promise<void> {
    void mail;
  }

  // @ts-expect-error map gives MailMapped and not MailAttached
  @Step('map')
  async givesTheWrongMessage(mail: MailDue): Promise<MailAttached> {
    return { ...mail, type: 'MailAttached', files: [], attachmentChecks: [] };
  }

  // @ts-expect-error only the sender settles: render may stop a mail, not settle it
  @Step('render')
  async settlesWithoutTheSender(mail: MailAttached): Promise<MailSettled> {
    return { ...stopMail(mail, { outcome: 'FAIL', errorCode: 'DEFECT', errorDetail: 'x' }), type: 'MailSettled' } as unknown as MailSettled;
  }

  // @ts-expect-error a batch step takes all its messages at once
  @BatchStep('update', { size: 10, waitMs: 1 })
  async takesOneOfABatch(mail: MailSettled): Promise<void> {
    void mail;
  }
}

it('lets a handler keep what the road says', async () => {
  const due: MailDue = {
    v: 1, type: 'MailDue', mailId: '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10-1', runId: '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10', row: 1,
    automationId: '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10', versionId: '6b0f3a52-7a0c-4a5e-9f35-0a8a3f1f6f10', dispatch: 1,
    businessDate: '2026-11-20T09:00:00', recipientKey: 'k', values: {},
  };
  expect(await new Handlers().right(due)).toMatchObject({ type: 'MailMapped', row: 1 });
});
