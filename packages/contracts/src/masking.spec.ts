import { addressesIn, maskMail, maskName, recipientMasks, textMask } from './masking.js';
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

  it.each([
    ['Hong  Gil Dong', 'Dear HONG GIL DONG, HongGilDong', 'Dear H*********g, H*********g'],
    ['Hong Gil Dong', 'Dear Hong\u00a0 Gil\u200bDong.', 'Dear H*********g.'],
    ['김 수', '김수 고객님', '김* 고객님'],
    ['김수', `a/${'김  수'.normalize('NFD')}.pdf`, 'a/김*.pdf'],
    ['홍길동'.normalize('NFD'), '홍 길 동 고객님과 홍길 동', '홍*동 고객님과 홍*동'],
    ['ΝΊΚΟΣ', 'για Νίκος, νίκοσ', 'για Ν***Σ, Ν***Σ'],
    ['Groß', 'an groß, Straße', 'an G**ß, Straße'],
    ['김', '김 님, 김씨, 김고객님, 김치', '* 님, *씨, *고객님, 김치'],
    ['j', 'J님과 just', '*님과 just'],
    [' ', '아무도 없음', '아무도 없음'],
  ])('hides %s, however it is spelled there: %s', (name, text, masked) => expect(textMask({ address: 'a@b.example', name }, 'C1')(text)).toBe(masked));

  it('stays in the letters that it came in where nobody is in it', () => {
    const path = `a/${'명세서'.normalize('NFD')}.pdf`;
    expect(textMask({ address: 'a@b.example', name: '홍길동' }, 'C1')(path)).toBe(path);
  });

  it('takes what it hides as letters, not as a pattern', () => {
    expect(textMask({ address: 'a+b$&.*@x.example', name: '(주)한빛' }, '')('a+b$&.*@x.example (주)한빛 axb@y')).toBe('a***@x.example (***빛 axb@y');
  });

  it('is made in no time, however long and odd the text', () => {
    const startedAt = performance.now();
    const repeated = ['가 ', '가나다라', 'a ', 'a', 'a@', '@', '가  '].map((part) => part.repeat(50_000 / part.length));
    for (const odd of [...repeated, `가${' '.repeat(50_000)}`, `${'.'.repeat(40_000)}@`]) {
      for (const name of ['aa', undefined]) recipientMasks({ address: 'a@b.example', ...(name && { name }) }, 'a@b').subject(odd);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('a masked subject of a mail whose name nobody knows', () => {
  it.each([
    ['홍길동 고객님의 11월 명세서', '홍*동 고객님의 11월 명세서'],
    ['[은행] 김수님', '[은행] 김*님'],
    ['홍 길동님, 남궁민수 귀하', '홍*동님, 남**수 귀하'],
    ['홍 길 동 씨', '홍*동 씨'],
    ['홍길동님'.normalize('NFD'), '홍*동님'],
    ['신한카드홍길동고객님', '신한카드**동고객님'], ['홍길동고객님', '홍*동고객님'],
    ['고객님의 11월 명세서', '고객님의 11월 명세서'],
    ['1등 고객님', '1등 고객님'],
    ['11월 이용대금 명세서', '11월 이용대금 명세서'],
  ])('%s is shown as %s, and stays so', (subject, masked) => {
    const shown = maskMail(mail({ to: { address: 'hong@example.com' }, subject }));
    expect(shown.subject).toBe(masked);
    expect(maskMail(shown).subject).toBe(masked);
  });

  it('is left to the name where there is one', () => {
    expect(maskMail(mail({ subject: '월간소식 고객님께, 홍길동' })).subject).toBe('월간소식 고객님께, 홍*동');
  });
});

describe('a masked name', () => {
  it.each([['김 수', '김*'], ['Hong  Gil', 'H*****l'], ['김', '*'], [' ', '']])('%s is %s', (name, masked) => expect(maskName(name)).toBe(masked));
});

describe('the addresses in a text', () => {
  it.each([
    ['Hong <hong@example.com>; lee@회사.example', ['hong@example.com', 'lee@회사.example']], ['hong@localhost ', ['hong@localhost']], ['@', ['@']], ['nobody', []],
  ])('%s', (text, addresses) => expect(addressesIn(text)).toEqual(addresses));
});
