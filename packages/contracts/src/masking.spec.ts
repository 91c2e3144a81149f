import { maskMail, textMask } from './masking.js';
import { mailLogSchema, type MailLog } from './requests.js';

const ID = '9e2f6d0c-1c1a-4f57-a6f1-2f8f7a1b5c13';
const mail = (of: Partial<MailLog>): MailLog => mailLogSchema.parse({
  mailId: `${ID}-1`, runId: ID, row: 1, automationId: ID, automationName: '월 명세서', versionId: ID, businessDate: '2026-11-20T09:00:00', recipientKey: 'C1', attachmentChecks: [], templateCheck: null,
  outcome: 'SENT', errorCode: null, errorDetail: null, to: { address: 'hong@example.com', name: '홍길동' }, subject: null, messageId: null, sentAt: null,
  settledAt: '2026-11-20T00:00:00.000Z', attempts: 1, updateQueryOk: null, updateError: null, ...of,
});

describe('a masked mail', () => {
  it('gives nobody away, in no column and no text, in whatever spelling', () => {
    const check = { rule: 'r', status: 'FOUND' as const, size: 1, sha256: null };
    const masked = maskMail(mail({
      recipientKey: 'hong@example.com', subject: '홍길동 고객님', errorDetail: 'HONG@Example.com was refused', updateError: 'Key (email)=(hong@example.com) exists',
      attachmentChecks: [{ ...check, path: `a/${'홍길동'.normalize('NFD')}.pdf`, detail: 'of 홍길동' }, { ...check, path: 'a/hong@example.com.pdf', detail: null }],
      templateCheck: { status: 'FAIL', detail: 'for hong@example.com' },
    }));
    expect(masked).toMatchObject({
      recipientKey: 'h***@example.com', to: { address: 'h***@example.com', name: '홍*동' }, subject: '홍*동 고객님', errorDetail: 'h***@example.com was refused',
      attachmentChecks: [{ path: 'a/홍*동.pdf', detail: 'of 홍*동' }, { path: 'a/h***@example.com.pdf' }],
    });
    expect(JSON.stringify(masked).normalize('NFC')).not.toMatch(/hong@|홍길동/i);
  });

  it('stays as it is when it was written masked', () => {
    const once = maskMail(mail({ recipientKey: 'hong@example.com', subject: '홍길동 hong@example.com', errorDetail: 'x/hong@example.com.pdf' }));
    expect(maskMail(once)).toEqual(once);
  });

  it('keeps a key that is no address, and says nothing of what is not there', () => {
    expect(maskMail(mail({ to: null, subject: 'C1' }))).toMatchObject({ recipientKey: 'C1', to: null, subject: 'C1', errorDetail: null });
  });
});

describe('a masked text', () => {
  it('shows no address of anybody else either, such as of a mail that never had a recipient', () => {
    expect(textMask(null, 'C1')('files/kim.lee@bank.example_10.pdf, <박@회사.example>')).toBe('files/k***@bank.example_10.pdf, <박***@회사.example>');
  });

  it('takes what it hides as letters, not as a pattern', () => {
    expect(textMask({ address: 'a+b$&.*@x.example', name: '(주)한빛' }, '')('a+b$&.*@x.example (주)한빛 axb@y')).toBe('a***@x.example (***빛 axb@y');
  });

  it('is made in no time, however long and odd the text', () => {
    const startedAt = performance.now();
    for (const odd of ['a'.repeat(50_000), 'a@'.repeat(25_000), `${'.'.repeat(40_000)}@`, '@'.repeat(50_000)]) textMask({ address: 'a@b.example', name: 'aa' }, 'a@b')(odd);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
